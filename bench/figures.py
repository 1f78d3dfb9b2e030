"""What one run found, put together: ratios, bars, machine."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Figures = dict[str, Any]

SLOWEST_LAG_MS = 2000.0
LEAST_OF_BARE = 0.40
MOST_ADDED_MS = 3.0


def ratios(cells: list[Figures]) -> list[Figures]:
    """Service beside bare handler, and gateway beside service, from the same rounds."""
    by_place = {(c["operation"], c["clients"], c["target"]): c for c in cells}
    found = []
    for operation, clients in dict.fromkeys((c["operation"], c["clients"]) for c in cells):
        gateway, service, bare = (by_place[operation, clients, target] for target in ("gateway", "service", "bare"))
        found.append(
            {
                "operation": operation,
                "clients": clients,
                "by_rate": service["per_second"] / bare["per_second"],
                # Less moved by what else the machine does: CPU of handler and PostgreSQL, bare over service.
                "by_cpu": sum(bare["cpu_ms"].values()) / sum(service["cpu_ms"].values()),
                "gateway_adds_ms": gateway["p50_ms"] - service["p50_ms"],
            }
        )
    return found


def bars(found: list[Figures], lags: list[Figures]) -> list[Figures]:
    """The bars, and whether they are held; only of what was measured."""
    return [*(_lag_bars(lags) if lags else ()), *(_ratio_bars(found) if found else ())]


def _lag_bars(lags: list[Figures]) -> list[Figures]:
    lag = max(each["p99_ms"] for each in lags if not each["situation"].startswith("flooded"))
    return [
        {
            "bar": "commit to consumer, p99, idle and busy",
            "wanted": f"<= {SLOWEST_LAG_MS:.0f} ms",
            "measured": f"{lag:.0f} ms",
            "held": lag <= SLOWEST_LAG_MS,
        }
    ]


def _ratio_bars(found: list[Figures]) -> list[Figures]:
    least = {clients: min(r["by_rate"] for r in found if r["clients"] == clients) for clients in (1, 16)}
    added = max(r["gateway_adds_ms"] for r in found if r["clients"] == 1)
    return [
        {
            "bar": "service over bare handler with the same SQL, the lowest",
            "wanted": f">= {LEAST_OF_BARE:.0%}",
            "measured": ", ".join(f"{ratio:.0%} at {clients}" for clients, ratio in least.items()),
            "held": min(least.values()) >= LEAST_OF_BARE,
        },
        {
            "bar": "the gateway adds at p50, 1 client, the most",
            "wanted": f"<= {MOST_ADDED_MS:.0f} ms",
            "measured": f"{added:.1f} ms",
            "held": added <= MOST_ADDED_MS,
        },
    ]


def machine() -> Figures:
    """What it was measured on, and how busy that was with other things."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_average": list(os.getloadavg()),
        "commit": _commit(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _commit() -> str:
    said = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"
