"""The story of the samples: eleven firms ask for web communication; two posts serve ten of them."""

from grappe.cli.bench.pooling import first_fit_decreasing, zone
from grappe.engines.pooling import Params, Problem, parse, solve
from grappe.engines.pooling.reasons import changed
from grappe.engines.stop import Deadline

from .checker import check
from .samples import WEB, samples


def test_two_posts_for_web_communication_serve_ten_of_the_eleven_firms() -> None:
    problem = parse(samples())
    result = solve(problem, stop=Deadline(30))
    check(samples(), result.to_json())
    assert result.status == "optimal"
    assert result.served_half_days == result.bound_half_days == 840
    assert [post.skills for post in result.posts] == [(WEB,), (WEB,)]
    assert sum(len(post.firms) for post in result.posts) == 10
    left_out = [need.firm for need in problem.needs if need.skill == WEB and need.id in {u.need for u in result.unmet}]
    assert left_out == ["Utopie Films"]


def test_each_unmet_need_has_a_reason_and_the_change_that_it_names_serves_it() -> None:
    problem = parse(samples())
    index = {need.id: i for i, need in enumerate(problem.needs)}
    result = solve(problem, stop=Deadline(60))
    assert result.unexplained == 0
    reasons = {unmet.need: unmet.reason for unmet in result.unmet}
    assert reasons["n11"] == "contended"
    # Compiègne is 67 km from Paris; Fontainebleau as far on the other side
    assert {need for need, reason in reasons.items() if reason == "no_partner"} == {"n16", "n20", "n26"}
    told = [unmet for unmet in result.unmet if unmet.relaxation is not None]
    assert len(told) > 30
    for unmet in told[::6]:
        assert unmet.relaxation is not None
        again = solve(
            changed(problem, unmet.relaxation, index[unmet.need]), params=Params(explain=False), stop=Deadline(60)
        )
        assert unmet.need in {need for post in again.posts for need in post.needs}


def test_more_is_served_than_by_first_fit_decreasing() -> None:
    # First-fit decreasing serves 828 here, and 840 is proved to be the most; among more needs the difference is large.
    assert _served_naively(parse(samples())) == 828
    problem = parse(zone(36, 2, seed=4))
    result = solve(problem, params=Params(explain=False), stop=Deadline(30))
    assert result.status == "optimal"
    assert result.served_half_days >= 1.15 * _served_naively(problem)


def _served_naively(problem: Problem) -> int:
    return sum(need.year for post in first_fit_decreasing(problem) for need in post)
