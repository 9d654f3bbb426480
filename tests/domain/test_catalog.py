from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.catalog import Category, CategoryId, CategoryTree

names = st.sampled_from([CategoryId(c) for c in "abcdef"])
trees = st.dictionaries(names, st.none() | names).map(
    lambda parents: CategoryTree(Category(c, c, None if p == c else p) for c, p in parents.items())
)


@given(trees, st.lists(names))
def test_any_tree_even_a_circle_is_walked_to_an_end_and_names_each_category_once(tree, asked):
    below = tree.with_descendants(asked)
    assert len(set(below)) == len(below)
    assert set(asked) <= set(below)
    for category in asked:
        above = [c.category_id for c in tree.ancestors(category)]
        assert len(set(above)) == len(above)


def test_a_category_whose_parent_is_unknown_stands_at_the_top():
    tree = CategoryTree([Category(CategoryId("a"), "A", CategoryId("lost")), Category(CategoryId("b"), "B", CategoryId("a"))])
    assert [c.name for c in tree.children(None)] == ["A"]
    assert [c.name for c in tree.ancestors(CategoryId("b"))] == ["A"]
    assert tree.with_descendants([CategoryId("a")]) == ["a", "b"]
