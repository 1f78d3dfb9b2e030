"""What each number of a report means, in the words of its answer."""

from collections.abc import Mapping
from types import MappingProxyType

from chassis.errors import Text

_COHORT = Text(
    "Henvisninger, der er sendt i måneden, som de stod ved udgangen af måneden efter. En måned fortælles, når måneden"
    " efter er slut, og ændrer sig ikke derefter, undtagen hvis en henvisning bliver ført som fejl.",
    "Referrals requested in the month, as they stood at the end of the month after. A month is told when the month"
    " after it is over, and does not change from then on, unless a referral is entered in error.",
)
_SMALL = Text(
    "`<5`: færre end fem borgere. null: tallet er holdt tilbage, fordi et lille tal ellers kunne regnes ud. Delt på"
    " enheder, tilbud eller afsendere holdes et lille tal tilbage, hvor det er, sammen med det, det kunne regnes ud af:"
    " samme tal hos en anden, og `requested`. `others`: dem, der hver for sig er for små, lagt sammen.",
    "`<5`: fewer than five citizens. null: withheld, since a small number could be worked out from it. By unit, service"
    " or sender a small number is withheld where it is, with what it could be worked out from: the same number of"
    " another, and `requested`. `others`: those that are too small to stand alone, taken together.",
)
_ELSEWHERE = Text(
    "En anden myndighed, der blev spurgt. Det, andre myndigheder har bedt om, tælles hos dem, der spurgte.",
    "Another authority that was asked. What other authorities have asked for is counted with those who asked.",
)
_COMMON = {"cohort": _COHORT, "authority": _ELSEWHERE, "smallCells": _SMALL}

FUNNEL: Mapping[str, Text] = MappingProxyType(
    {
        **_COMMON,
        "requested": Text(
            "Alle henvisninger til modtageren. Hvert led i en kæde af videresendelser tæller hos sin modtager.",
            "All referrals to the receiver. Each link of a chain of redirections counts with its own receiver.",
        ),
        "firstAsked": Text(
            "Set fra borgeren: en kæde er én anmodning og tæller kun hér, hos den, der blev spurgt først.",
            "From the citizen's side: a chain is one request, and counts only here, with whoever was asked first.",
        ),
        "sentHere": Text("Sendt videre hertil af en anden modtager.", "Sent here by another receiver."),
        "accepted": Text(
            "Modtageren sagde ja, og henvisningen er hverken sendt videre, taget tilbage eller en fejl.",
            "The receiver said yes, and the referral was not sent on, taken back or a mistake.",
        ),
        "contactHeld": Text(
            "Af de modtagne: borgeren var til stede ved en første kontakt. Af en kæde højst ét led, så modtagernes tal"
            " kan lægges sammen.",
            "Of the accepted: the citizen attended a first contact. Of a chain one link at most, so that receivers can"
            " be added up.",
        ),
        "caught": Text(
            "Af dem med kontakt: modtageren har også kvitteret, og henvisningen er ikke senere mislykket. Også hvis"
            " sagen siden er lukket.",
            "Of those met: the receiver has given its receipt too, and the referral did not fail afterwards. Also when"
            " the case has been closed since.",
        ),
        "completed": Text("Modtageren er færdig, grebet eller ej.", "The receiver has finished, caught or not."),
        "declined": Text("Afvist eller sendt videre.", "Rejected or sent on."),
        "rejected": Text("Afvist.", "Rejected."),
        "redirected": Text(
            "Sendt videre: tæller som ny henvisning hos den næste.",
            "Sent on: it counts as a new referral with the next receiver.",
        ),
        "failed": Text(
            "Opgivet af modtageren efter et ja, før eller efter første kontakt.",
            "Given up by the receiver after a yes, before or after a first contact.",
        ),
        "cancelled": Text(
            "Taget tilbage af afsenderen, eller sagen blev lukket, før borgeren var grebet.",
            "Taken back by the sender, or the case was closed before the citizen was caught.",
        ),
        "enteredInError": Text("Ført som fejl, når det end skete.", "Entered in error, whenever that was said."),
        "stillOpen": Text(
            "Ikke afsluttet (også dem, hvor borgeren er grebet).",
            "Not ended (also those where the citizen is caught).",
        ),
    }
)

WAITING: Mapping[str, Text] = MappingProxyType(
    {
        **_COMMON,
        "n": Text(
            "De, der blev nået, og de, der stadig ventede, da måneden blev gjort op.",
            "Those who were reached, and those who still waited when the month was told.",
        ),
        "stillWaiting": Text(
            "Ikke nået endnu. De regnes for at vente længere end alle, der blev nået, og falder ikke ud af tallene.",
            "Not reached yet. They count as waiting longer than everybody who was reached, and are not left out.",
        ),
        "fellOut": Text(
            "Afvist, sendt videre eller opgivet før: venter ikke længere her og indgår ikke i dagene.",
            "Declined, sent on or given up before: they wait no longer here and are no part of the days.",
        ),
        "quantiles": Text(
            "`median` og `p90`: det mindste antal danske kalenderdage, inden for hvilket halvdelen og ni ud af ti af"
            " `n` blev nået. null: så mange er ikke nået, eller `n` er holdt tilbage.",
            "`median` and `p90`: the least number of Danish calendar days within which half and nine in ten of `n` were"
            " reached. null: so many have not been, or `n` is withheld.",
        ),
        "approach": Text(
            "Fra den dag, borgeren bad om hjælp, så vidt det er oplyst, ellers dagen for henvisningen.",
            "From the day the citizen asked for help, as far as anybody has said, else the day of the request.",
        ),
        "request": Text("Fra den dag, denne modtager blev spurgt.", "From the day this receiver was asked."),
    }
)

DECLINES: Mapping[str, Text] = MappingProxyType(
    {
        **_COMMON,
        "declined": Text(
            "Afvist eller sendt videre, efter den grund modtageren gav. Uden `code`: i alt, straks eller efter et ja.",
            "Rejected or sent on, by the reason the receiver gave. Without `code`: all, at once or after a yes.",
        ),
        "failed": Text(
            "Opgivet efter et ja (`after` siger, efter hvilket trin), efter modtagerens grund.",
            "Given up after a yes (`after` says after which step), by the receiver's reason.",
        ),
    }
)

PING_PONG: Mapping[str, Text] = MappingProxyType(
    {
        "citizens": Text(
            "Borgere, hvor to behov i måneden kom til at vente på hinanden: det ene afvist eller sendt videre på grund"
            " af ubehandlet psykisk lidelse, det andet på grund af aktivt rusmiddelbrug, af to forskellige modtagere,"
            " og ingen af dem grebet imellem. Én borger tælles én gang i måneden. Hele myndigheden.",
            "Citizens of whom two needs came to wait for each other in the month: one declined or sent on for untreated"
            " mental illness, the other for active substance use, by two receivers, and neither caught in between. A"
            " citizen counts once in the month. The whole authority.",
        ),
        "resolved": Text(
            "Mindst ét af de to behov var grebet ved udgangen af måneden efter. Et greb, der er tabt igen inden da,"
            " tæller ikke.",
            "At least one of the two needs was caught at the end of the month after. A catch that was lost again before"
            " then does not count.",
        ),
        "smallCells": _SMALL,
    }
)
