"""Why an answer is collected. Settled before the question is asked, told to the respondent, never changed after."""

from enum import StrEnum

from chassis.errors import Text


class Purpose(StrEnum):
    """The two purposes are walls: what was answered for one is never read for the other."""

    CASEWORK = "casework"
    EVALUATION = "evaluation"


PURPOSE_TEXTS = {
    Purpose.CASEWORK: Text(
        "Dine svar bliver en del af din sag. Resultatet kan ses af den sektor, der har ansvaret for din sag, og af de "
        "sektorer, der medvirker i den, så I sammen kan finde den rette hjælp. Det er frivilligt at svare, du må "
        "springe spørgsmål over, og det får ingen følger, hvis du lader være.",
        "Your answers become part of your case. The result can be seen by the sector that is responsible for your "
        "case and by the sectors that take part in it, so that you can find the right help together. Answering is "
        "voluntary, you may skip questions, and nothing follows if you do not answer.",
    ),
    Purpose.EVALUATION: Text(
        "Dine svar bruges kun til at undersøge, om indsatsen virker. Ingen, der arbejder med din sag, kan se dem. "
        "Har du brug for hjælp, så kontakt din sagsbehandler. Det er frivilligt at svare, du må springe spørgsmål "
        "over, og det får ingen følger, hvis du lader være.",
        "Your answers are used only to find out whether the help works. Nobody who works on your case can see them. "
        "If you need help, contact your caseworker. Answering is voluntary, you may skip questions, and nothing "
        "follows if you do not answer.",
    ),
}
