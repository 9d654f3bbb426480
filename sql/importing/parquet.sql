-- The rows of a Parquet file, each as one JSON object, in the file's order.
select cast(to_json(told) as varchar) from read_parquet($file) as told
