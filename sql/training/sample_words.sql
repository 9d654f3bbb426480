-- The words of every n-th product that says something, in row order.
select words from wording where row % $step = 0 and words <> '' order by row
