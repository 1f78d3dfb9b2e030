"use strict";
// What every page has: its language, and elements whose content is text, never markup. A page brings its own WORDS.

let language = pickLanguage();

function pickLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  const wanted = asked || navigator.language || "da";
  return wanted.toLowerCase().startsWith("da") ? "da" : "en";
}

function word(key) { return WORDS[language][key]; }

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function speak(chosen, then) {
  language = chosen;
  document.documentElement.lang = chosen;
  for (const element of document.querySelectorAll("[data-da]")) element.textContent = element.dataset[chosen];
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
  }
  then();
}

function offerLanguages(then) {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language, then));
  }
  speak(language, then);
}
