"""The story of the samples: eleven firms ask for web communication; two posts serve ten of them."""

from grappe.engines.pooling import parse, solve
from grappe.engines.stop import Deadline

from .samples import WEB, samples


def test_two_posts_for_web_communication_serve_ten_of_the_eleven_firms() -> None:
    problem = parse(samples())
    result = solve(problem, stop=Deadline(30))
    assert result.status == "optimal"
    assert result.served_half_days == result.bound_half_days == 840
    assert [post.skills for post in result.posts] == [(WEB,), (WEB,)]
    assert sum(len(post.firms) for post in result.posts) == 10
    left_out = [need.firm for need in problem.needs if need.skill == WEB and need.id in {u.need for u in result.unmet}]
    assert left_out == ["Utopie Films"]
