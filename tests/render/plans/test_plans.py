"""Several managers' plans: one document, and a line for each in the terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

from rich.console import Console

from app.domain.plans.plan import PlanWarning
from app.domain.plans.plans import Plans
from app.render.plans.document import document, plans_schema, plans_to_json
from app.render.plans.plans import cells, print_plans
from tests.render.sample import sample_plan


def plans() -> Plans:
    plan = sample_plan()
    left_out = PlanWarning("manager_left_out", "the week of ruth is not planned: no calendar", "ruth")
    other = replace(plan, manager="jonas\x1b[31m@example.com", warnings=(left_out,))
    return Plans(
        scope="team",
        status="optimal",
        limited=False,
        wall_time_s=1.5,
        tiers=plan.tiers,
        plans=(plan, other),
    )


def test_the_document_holds_each_plan_as_it_would_be_alone() -> None:
    found = json.loads(plans_to_json(plans()))
    assert found["schema"] == "clearweek.plans/1"
    assert (found["scope"], found["status"]) == ("team", "optimal")
    assert found["plans"] == [document(plan) for plan in plans().plans]


def test_the_schema_names_what_the_document_holds() -> None:
    schema = plans_schema()
    assert set(schema["required"]) == set(json.loads(plans_to_json(plans())))
    assert schema["properties"]["schema"]["const"] == "clearweek.plans/1"
    assert schema["$defs"]["Plan"]["properties"]["schema"]["const"] == "clearweek.plan/1"


def test_a_line_for_each_manager_and_who_is_left_out() -> None:
    file = StringIO()
    print_plans(plans(), Console(file=file, width=100))
    text = file.getvalue()
    assert "2 managers, planned as one" in text
    assert "jonas" in text
    assert "the week of ruth is not planned" in text
    assert "\x1b" not in text
    plan = sample_plan()
    assert cells(plan)[1:3] == (str(len(plan.moves)), str(plan.target.moves_left))
