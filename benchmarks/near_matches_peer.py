"""Splink on the same clients: the Fellegi-Sunter model in DuckDB, its weights learnt from the data by expectation maximisation.

It gets names as we take them apart (particles joined, legal forms off), and blocking rules of the same kind. It is not told
that one household is several people, nor what a nickname is. Official numbers are left out: no copy has the number that its
original has, so there is nothing to learn from.
"""

from __future__ import annotations

import logging
import time
from importlib.metadata import version
from typing import Any

from benchmarks.near_matches_people import Document, People
from clientimport.core.near.similar_names import name_of
from clientimport.core.text import comparison_key


def splink_quality(people: People) -> dict[str, Any]:
    """Precision and recall at some match probabilities, and CPU seconds of training and predicting."""
    import pyarrow as pa
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    rows = [_row(number, document) for number, document in enumerate(people.documents)]
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    began = time.process_time()
    database = DuckDBAPI()
    frame = database.register(pa.Table.from_pylist(rows), table_name="clients")
    rules: list[Any] = [
        block_on("name", "postal_code"),
        block_on("substr(first, 1, 3)", "substr(last, 1, 3)", "city"),
        block_on("phone"),
        block_on("email"),
        block_on("mailbox"),
        block_on("substr(street, 1, 10)", "postal_code"),
        block_on("birth_date", "substr(first, 1, 1)"),
        block_on("name", "substr(birth_date, 1, 4)"),
        block_on("name", "substr(mailbox, 1, 3)"),
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("first", "last"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", [1]),
            cl.LevenshteinAtThresholds("street", [1, 3]),
            cl.ExactMatch("city"),
        ],
        blocking_rules_to_generate_predictions=rules,
        probability_two_random_records_match=1 / len(rows) / 8,
    )
    linker = Linker(frame, settings, log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    # not by address, telephone or mailbox alone: it would learn that a household is one person
    for rule in (
        block_on("name"),
        block_on("mailbox", "substr(first, 1, 2)"),
        block_on("phone", "substr(first, 1, 2)"),
    ):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.01).as_record_list()
    seconds = time.process_time() - began
    scored = {tuple(sorted((each["unique_id_l"], each["unique_id_r"]))): each["match_probability"] for each in found}
    thresholds = [{"threshold": f"p >= {least}", **_judged(scored, people, least)} for least in (0.5, 0.9, 0.99, 0.999)]
    steps = sorted(set(scored.values()))
    steps = steps[:: max(1, len(steps) // 200)]
    best = max((_judged(scored, people, least) for least in steps), key=_f1)
    return {
        "version": version("splink"),
        "cpu_seconds": round(seconds, 2),
        "scored": len(found),
        "thresholds": [*thresholds, {"threshold": "best F1", **best}],
    }


def _row(number: int, document: Document) -> dict[str, Any]:
    words = name_of(document).words
    first = [word.full for word in words if word.given] or [words[0].full]
    last = [word.full for word in words if not word.given and word.full != first[0]]
    email = document.get("email")
    return {
        "unique_id": number,
        "name": " ".join(sorted(word.full for word in words)),
        "first": " ".join(first),
        "last": " ".join(last) or None,
        "birth_date": document.get("birth_date"),
        "email": email,
        "mailbox": email and email.partition("@")[0],
        "phone": document.get("phone"),
        "street": comparison_key(document["address"]) if "address" in document else None,
        "postal_code": document.get("postal_code"),
        "city": document.get("city"),
    }


def _judged(scored: dict[Any, float], people: People, least: float) -> dict[str, float]:
    reported = [pair for pair, probability in scored.items() if probability >= least]
    right = sum(pair in people.truth for pair in reported)
    return {"precision": round(right / max(1, len(reported)), 3), "recall": round(right / len(people.truth), 3)}


def _f1(judged: dict[str, float]) -> float:
    precision, recall = judged["precision"], judged["recall"]
    return 2 * precision * recall / max(1e-9, precision + recall)
