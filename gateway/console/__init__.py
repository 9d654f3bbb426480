"""The pages people look at: experiments and their results, the planner, a placement as visitors see it, what happens now."""
