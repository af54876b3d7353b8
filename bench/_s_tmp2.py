import sys
import makegood.redress.serving.known
from bench import serving_tasks as t
r=t.serving('/tmp/mg-bench',sys.argv[1],20,float(sys.argv[2]))
print({k:round(v,3) if isinstance(v,float) else v for k,v in r.items()}, "ratio", round(r['copy_seconds']/r['seconds'],3), round(r['copy_seconds']/r['whole_seconds'],3))
