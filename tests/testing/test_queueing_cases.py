"""Reading cases: the file that comes with the package, every family, and files with faults."""

import json
from types import SimpleNamespace

import pytest

from stagesim.scenario.values.distributions import Exponential, Fixed, Gamma, Lognormal, Uniform
from stagesim.selfcheck.queueing.cases import Case, CaseError, NotExpressible, read_cases
from stagesim.selfcheck.queueing.families import set_up
from stagesim.selfcheck.queueing.figures import figures_of, without_meaning

HEAD = (
    "case,model,parameters_json,mean_wait,p_wait,p_abandon_or_lost,mean_number_in_system,mean_number_waiting,"
    "utilization,extra_json,note\n"
)
GOOD = 'C,M/M/c (Erlang C),"{""lam"": 0.5, ""mu"": 1, ""c"": 1}",1,0.5,0,1,0.5,0.5,{},\n'

OPEN = {"lam": 0.5, "mu": 1.0}
FAMILIES = {
    "M/M/K/K (Erlang B)": {"lam": 2, "mean_stay": 3, "K": 4},
    "M/G/K/K": {"lam": 2, "mean_stay": 3, "K": 4, "cv": 2},
    "Engset loss": {"N": 9, "rate": 0.1, "mean_stay": 3, "K": 4},
    "M/M/inf transient": {"lam": 2, "mean_stay": 3, "t": 4},
    "Mt/M/inf": {"lam0": 2, "tau": 5, "mean_stay": 3, "t": 4},
    "binomial (finite Mt/G/inf)": {"N": 20, "mean_delay": 5, "mean_stay": 4, "t": 3},
    "M/M/c (Erlang C)": {**OPEN, "c": 3},
    "M/M/c/K": {**OPEN, "c": 3, "K": 5},
    "M/M/c+M (Erlang A)": {**OPEN, "c": 3, "theta": 0.2},
    "M/M/c/K+M": {**OPEN, "c": 3, "theta": 0.2, "K": 5},
    "M/M/c+D": {**OPEN, "c": 3, "patience": 2},
    "M/M/c+U": {**OPEN, "c": 3, "patience_max": 2},
    "M/M/c+G with G exponential": {**OPEN, "c": 3, "theta": 0.2},
    "M/M/c, patience on the whole sojourn": {**OPEN, "c": 3, "theta": 0.2},
    "M/D/1": {"lam": 0.5, "service": 1},
    "M/E2/1": {"lam": 0.5, "mean": 1, "cv2": 0.5},
    "M/G/1": {"lam": 0.5, "mean": 1, "cv": 1.5},
    "M/H2/1": {"lam": 0.5, "p_decline": 0.3, "mean_approve": 1, "mean_decline": 2},
    "M/M/c with Bernoulli feedback via ./M/inf (Jackson)": {
        **OPEN,
        "c": 2,
        "p_decline": 0.4,
        "p_reask": 0.5,
        "mean_pause": 6,
        "max_asks": 3,
    },
    "M/M/1+M with feedback (2-D Markov chain)": {
        **OPEN,
        "p_decline": 0.4,
        "p_reask": 0.5,
        "mean_pause": 6,
        "max_asks": None,
        "theta": 0.2,
    },
    "M/M/1 retrial": {**OPEN, "retry_rate": 0.3},
    "M/M/2 retrial": {**OPEN, "retry_rate": 0.3},
    "M/M/2 retrial, non-persistent": {**OPEN, "retry_rate": 0.3, "p_retry": 0.6},
    "M/M/c//N (machine repair)": {"N": 8, "ask_rate": 0.2, "mu": 1, "c": 2},
    "M/M/c non-pre-emptive priority": {"lam_high": 0.2, "lam_low": 0.3, "mu": 1, "c": 1},
    "M/M/1 multiple vacations": {**OPEN, "vacation": "exponential mean 60 s"},
    "M/M/1 with interruptions (White-Christie)": {**OPEN, "away_rate": 0.1, "back_rate": 0.5},
    "periodic review, residual time uniform": {"T": 6, "theta": 0.1},
    "burst, pure death": {"n": 12, "c": 2, "mu": 1, "theta": None},
    "tandem M/M/1 -> M/M/6 (Burke)": {"lam": 0.5, "mu1": 1, "c1": 1, "mu2": 0.2, "c2": 6},
    "M/M/1 then Erlang B on its (Poisson) output": {"lam": 0.5, "mu1": 1, "mean_stay": 3, "K": 2},
    "K independent on/off places (binomial)": {"K": 3, "mean_answer": 2, "p_accept": 0.5, "mean_stay": 9},
}


def case(model, parameters, expected=None, note=""):
    return Case("X", model, parameters, expected or {"mean_wait": 1.0}, note, "cases.csv, line 2")


@pytest.mark.parametrize("model", FAMILIES)
def test_every_family_becomes_a_valid_scenario(model):
    setup = set_up(case(model, FAMILIES[model]))
    scenario = setup.scenario(model, 10 / setup.rate)
    assert scenario.audience
    assert len(figures_of(case(model, FAMILIES[model]), setup, 0.1)) == 1


@pytest.mark.parametrize("model", FAMILIES)
def test_a_parameter_that_means_nothing_makes_a_case_not_expressible(model):
    with pytest.raises(NotExpressible, match="`tide`"):
        set_up(case(model, {**FAMILIES[model], "tide": 2}))


@pytest.mark.parametrize("model", FAMILIES)
def test_a_missing_parameter_is_named(model):
    (first, *_) = FAMILIES[model]
    left = {name: value for name, value in FAMILIES[model].items() if name != first}
    if model in {"M/M/inf transient", "Mt/M/inf", "binomial (finite Mt/G/inf)"}:
        first = {"M/M/inf transient": "lam", "Mt/M/inf": "lam0"}.get(model, "N")
        left = {name: value for name, value in left.items() if name in {"mean_stay", "t"}}
    with pytest.raises(CaseError, match=f"line 2: `parameters_json.{first}` is missing"):
        set_up(case(model, left))


@pytest.mark.parametrize("value", [0, -1, "1", True, [1], 1e400])
def test_a_parameter_of_the_wrong_kind_is_named(value):
    with pytest.raises(CaseError, match=r"`parameters_json.lam` is"):
        set_up(case("M/M/c (Erlang C)", {"lam": value, "mu": 1, "c": 1}))


def test_an_unknown_model_is_not_expressible():
    with pytest.raises(NotExpressible, match="M/M/z polling"):
        set_up(case("M/M/z polling", OPEN))
    with pytest.raises(NotExpressible, match="every other day"):
        set_up(case("M/M/1 multiple vacations", {**OPEN, "vacation": "every other day"}))


def test_the_shortest_time_of_a_case_is_a_minute():
    setup = set_up(case("M/M/c+D", {"lam": 4.0, "mu": 1.0, "c": 5, "patience": 2.0}))
    people, staff = setup.audience["people"], setup.moderators["staff"]
    assert setup.unit_ms == 240_000
    assert people.arrival_gap == Exponential(60_000.0)
    assert people.patience == Fixed(480_000.0)
    assert (staff.count, staff.review.time) == (5, Exponential(240_000.0))


@pytest.mark.parametrize(
    ("model", "parameters", "time"),
    [
        ("M/D/1", {"lam": 0.5, "service": 1}, Fixed(60_000.0)),
        ("M/E2/1", {"lam": 0.5, "mean": 1, "cv2": 0.25}, Gamma(60_000.0, 0.5)),
        ("M/G/1", {"lam": 0.5, "mean": 1, "cv": 1.5}, Lognormal.of_mean(60_000.0, 1.5)),
        ("M/G/1", {"lam": 0.5, "mean": 1, "cv": 0}, Fixed(60_000.0)),
        ("M/G/1", {"lam": 0.5, "mean": 1, "cv2": 0.25}, Gamma(60_000.0, 0.5)),
        ("M/E4/1", {"lam": 0.5, "mean": 1}, Gamma(60_000.0, 0.5)),
        ("M/D/1", {"lam": 0.5, "mean": 1}, Fixed(60_000.0)),
    ],
)
def test_review_times(model, parameters, time):
    assert set_up(case(model, parameters)).moderators["staff"].review.time == time


@pytest.mark.parametrize(
    ("model", "left_out"),
    [
        ("M/G/1", "cv"),
        ("M/M/c/K", "K"),
        ("M/M/c+M (Erlang A)", "theta"),
        ("M/M/c+D", "patience"),
        ("M/M/c+U", "patience_max"),
        ("M/M/1+M with feedback (2-D Markov chain)", "theta"),
        ("M/M/2 retrial, non-persistent", "p_retry"),
        ("Mt/M/inf", "tau"),
    ],
)
def test_what_makes_the_model_may_not_be_left_out(model, left_out):
    left = {name: value for name, value in FAMILIES[model].items() if name != left_out}
    with pytest.raises(CaseError, match=f"`parameters_json.{left_out}` is missing"):
        set_up(case(model, left))


@pytest.mark.parametrize(
    ("model", "name", "value"),
    [
        ("M/M/c (Erlang C)", "theta", 1),
        ("M/M/c (Erlang C)", "K", 5),
        ("M/M/c+D", "theta", 1),
        ("M/M/c+M (Erlang A)", "patience", 1),
        ("M/M/inf transient", "tau", 1),
        ("M/D/1", "cv", 1),
        ("M/M/c with Bernoulli feedback via ./M/inf (Jackson)", "theta", 1),
    ],
)
def test_a_parameter_of_another_model_is_not_taken_in_silence(model, name, value):
    with pytest.raises(NotExpressible, match=f"`{name}` means nothing to .*, but `"):
        set_up(case(model, {**FAMILIES[model], name: value}))


@pytest.mark.parametrize(
    ("model", "parameters", "servers"),
    [
        ("M/M/1", OPEN, 1),
        ("M/M/3/K", {**OPEN, "K": 4}, 3),
        ("M/M/2 + M", {**OPEN, "theta": 1}, 2),
        ("  m/m/c   (erlang c) ", {**OPEN, "c": 4}, 4),
        ("M/M/3//N", {"N": 8, "ask_rate": 0.2, "mu": 1}, 3),
        ("M/M/2 non-preemptive priority", {"lam_high": 0.2, "lam_low": 0.3, "mu": 1}, 2),
        ("M/M/2 with feedback", {**OPEN, "p_decline": 0.4, "p_reask": 0.5, "mean_pause": 6}, 2),
    ],
)
def test_the_name_of_a_model_may_say_how_many_moderators(model, parameters, servers):
    assert set_up(case(model, parameters)).moderators["staff"].count == servers


@pytest.mark.parametrize("value", [1.5, 1e400, -1, 0, "2"])
def test_a_number_of_moderators_that_is_none_is_named(value):
    with pytest.raises(CaseError, match=r"`parameters_json.c` is .*\n  hint: write a whole number from 1"):
        set_up(case("M/M/c", {**OPEN, "c": value}))


@pytest.mark.parametrize(
    ("model", "parameters", "why"),
    [
        ("M/M/c", {**OPEN, "c": 10**9}, "`c` is 1000000000, and only as many as 10000"),
        ("M/M/c", {"lam": 1e-6, "mu": 1e4, "c": 1}, "`duration`: .*a year at most"),
        ("Mt/M/inf", {"lam0": 1, "tau": 1e9, "mean_stay": 1, "t": 1}, "a year at most"),
        ("M/M/1 multiple vacations", {**OPEN, "vacation": "exactly 1.2.3 s"}, "`exactly 1.2.3 s` is neither"),
    ],
)
def test_what_no_session_can_be_is_not_expressible(model, parameters, why):
    with pytest.raises(NotExpressible, match=why):
        set_up(case(model, parameters))


def test_a_rare_wish_makes_the_shortest_time_shorter_than_a_minute():
    setup = set_up(case("M/M/c", {"lam": 0.0005, "mu": 1, "c": 1}))
    assert 600 < setup.unit_ms < 700


@pytest.mark.parametrize(
    "words", ["exactly 2 s", "exponential mean 2.5 s", "exponential, mean .5", "exponential with mean 1e-1 min"]
)
def test_vacations(words):
    assert set_up(case("M/M/1 multiple vacations", {**OPEN, "vacation": words})).moderators["staff"].rests is not None


def test_uniform_patience_starts_from_zero():
    setup = set_up(case("M/M/c+U", {**OPEN, "c": 1, "patience_max": 4}))
    assert setup.audience["people"].patience == Uniform(0.0, 4 * setup.unit_ms)


def test_the_bundled_cases():
    cases = read_cases()
    assert len(cases) == 34
    for each in cases:
        setup = set_up(each)
        assert without_meaning(each, setup) == []
        assert len(figures_of(each, setup, 0.1)) >= 3


def test_a_quantile_is_compared_by_the_share_beyond_it():
    each = case("M/M/c (Erlang C)", {**OPEN, "c": 1}, {"wait_p95": 4.6, "E_W_check": 1.0, "made_up": 2.0})
    setup = set_up(each)
    (figure,) = figures_of(each, setup, 0.1)
    assert (figure.name, figure.is_share) == ("P(wait > wait_p95)", True)
    assert figure.expected == pytest.approx(0.05)
    assert without_meaning(each, setup) == ["made_up"]


def test_a_file_is_read(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(HEAD + GOOD)
    (each,) = read_cases(path)
    assert (each.name, each.model) == ("C", "M/M/c (Erlang C)")
    assert each.parameters == {"lam": 0.5, "mu": 1, "c": 1}
    assert each.expected["utilization"] == 0.5
    path.write_text("")
    assert read_cases(path) == []
    path.write_text(HEAD)
    assert read_cases(path) == []


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace(",", ", ") + GOOD,
        HEAD + GOOD.replace(',"{', ', "{'),
        "# mine\n\n" + HEAD + "## and, more\n  \n,,,,,,,,,,\n#\n" + GOOD,
        "\ufeff" + (HEAD + GOOD).replace("\n", "\r\n"),
        "odd," + HEAD + "1," + GOOD.strip(),
    ],
    ids=["spaces in the first line", "spaces", "comments and empty lines", "BOM and CRLF", "another column"],
)
def test_what_spreadsheets_and_people_make_of_a_file_does_not_matter(tmp_path, text):
    path = tmp_path / "cases.csv"
    path.write_bytes(text.encode())
    (each,) = read_cases(path)
    assert (each.name, each.parameters["mu"], each.expected["p_wait"]) == ("C", 1, 0.5)


def test_a_case_may_be_named_with_a_hash(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(HEAD + "#1" + GOOD[1:])
    assert [each.name for each in read_cases(path)] == ["#1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + '\nC,M/M/c,{"lam":1,"mu":1},1,,,,,,,\n', r"line 3: ',' expected"),
        (HEAD + 'C,"M/M/c\n\n', r"line 2: unexpected end of data"),
        (HEAD + "#x\n", r"line 2: not as many fields \(1\) as columns \(11\)\n  hint: .*`# `"),
        (HEAD + GOOD.replace("{},", '"{""P_blocked"": 1e999}",'), r"line 2: `extra_json.P_blocked` is `inf`"),
        (HEAD + GOOD.replace("{},", '"{""var"": -1e999}",'), r"line 2: `extra_json.var` is `-inf`"),
        (HEAD + GOOD.replace("{},", '"{""P_blocked"": 2}",'), r"`extra_json.P_blocked` is `2`\n  hint: write a share"),
        (HEAD + GOOD.replace("{},", '"{""p_wait"": 1}",'), r"`extra_json.p_wait` stands in the column `p_wait`, too"),
        (HEAD + GOOD.replace('""mu""', '""lam""'), r"line 2: `parameters_json` names `lam` twice"),
        ("a,b\n1,2\n", r"line 1: column `case` is missing"),
        (HEAD.replace("p_wait", "mean_wait", 1), r"line 1: column `mean_wait` stands there twice"),
        (HEAD + GOOD.replace(",1,0.5,0,", ",soon,0.5,0,"), r"line 2: `mean_wait` is `soon`"),
        (HEAD + GOOD.replace(",1,0.5,0,", ",1,1.5,0,"), r"line 2: `p_wait` is `1.5`\n  hint: write a share"),
        (HEAD + GOOD.replace(",1,0.5,0,", ",-1,0.5,0,"), r"line 2: `mean_wait` is `-1`"),
        (HEAD + GOOD + GOOD, r"line 3: `case` is `C`, as in line 2"),
        (HEAD + GOOD.replace("C,M", ",M"), r"line 2: `case` is empty"),
        (HEAD + "C,M/M/c,not json,1,0.5,0,1,0.5,0.5,{},\n", r"line 2: `parameters_json` is `not json`"),
        (HEAD + "C,M/M/c,,1,0.5,0,1,0.5,0.5,{},\n", r"line 2: `parameters_json` is ``"),
        (HEAD + "C,M/M/c,[1],1,0.5,0,1,0.5,0.5,{},\n", r"line 2: `parameters_json` is `\[1\]`"),
        (HEAD + GOOD.replace("{},", "{nan},"), r"line 2: `extra_json` is"),
        (HEAD + "C,M/M/c,{}\n", r"line 2: not as many fields"),
        (HEAD + GOOD.strip() + ",,,\n", r"line 2: not as many fields"),
    ],
)
def test_faults_name_file_line_and_field(tmp_path, text, message):
    path = tmp_path / "cases.csv"
    path.write_text(text)
    with pytest.raises(CaseError, match=message) as caught:
        read_cases(path)
    assert str(path) in str(caught.value)
    assert "\n  hint: " in str(caught.value)


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    with pytest.raises(CaseError, match="cannot be read"):
        read_cases(tmp_path / "nowhere.csv")
    path = tmp_path / "cases.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CaseError, match="UTF-8"):
        read_cases(path)


def test_the_note_says_of_whom_the_lost_are_a_share():
    parameters = FAMILIES["M/M/1+M with feedback (2-D Markov chain)"]
    model = "M/M/1+M with feedback (2-D Markov chain)"
    by_ask = set_up(case(model, parameters)).measures
    by_person = set_up(case(model, parameters, note="P_lost is the share who never reach the stage")).measures
    assert by_ask["p_abandon_or_lost"] is by_ask["P_abandon"]
    assert by_person["p_abandon_or_lost"] is not by_person["P_abandon"]


@pytest.mark.parametrize(
    "model", ["M/M/2 retrial, non-persistent", "M/M/c with Bernoulli feedback via ./M/inf (Jackson)"]
)
def test_where_asks_repeat_the_lost_are_a_share_of_the_asks_unless_the_note_says_otherwise(model):
    seen = SimpleNamespace(
        settled=[SimpleNamespace(outcome="declined", asks=3), SimpleNamespace(outcome="reached", asks=1)]
    )
    for note, share in [
        ("", 0.25),
        ("P_lost is per ask", 0.25),
        ("P_lost is the share who never reach the stage", 0.5),
    ]:
        lost = set_up(case(model, FAMILIES[model], note=note)).measures["p_abandon_or_lost"]
        total, over = lost(seen)
        assert total / over == share


def test_a_quantile_of_waits_is_compared_only_where_the_wait_is_that_of_the_asks():
    model = "tandem M/M/1 -> M/M/6 (Burke)"
    each = case(model, FAMILIES[model], {"wait_p90": 4.6})
    assert figures_of(each, set_up(each), 0.1) == []
    assert without_meaning(each, set_up(each)) == ["wait_p90"]


def test_parameters_are_json():
    assert json.loads(json.dumps(FAMILIES)) == FAMILIES
