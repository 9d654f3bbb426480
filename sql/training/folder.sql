-- Where the batches of sums lie.
set variable folder = $folder
