"""Writes networks/golden/repeated-links.json: what other programs make of links that a file lists more than once.

    python3 tools/oracle/repeated_links.py [--check]     needs uunet 2.2.1 (multinet's Python port), pymnet 1.0.0 and
                                                         networkx; --check compares and writes nothing

Each case is the text of a file and the links [from, to, weight, directed] that the program has after reading it, in
sorted order; of undirected links the ends are sorted too. `error` stands where the program refuses the file. For
GraphML `adjacency` is the weighted adjacency matrix over the sorted nodes, in which parallel edges add up.
"""

import os
import tempfile

import networkx as nx
import pymnet
import uunet.multinet as ml
from golden import save


def in_file(text, read):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write(text)
    try:
        return read(file.name)
    finally:
        os.unlink(file.name)


def link(a, b, weight, directed):
    return [*((a, b) if directed else sorted((a, b))), weight, directed]


HEAD = "#VERSION\n3.0\n#TYPE\nmultiplex\n"
MULTILAYER = "#VERSION\n3.0\n#TYPE\nmultilayer\n#LAYERS\nL1,L1,UNDIRECTED\nL2,L2,UNDIRECTED\n"
MULTINET = {
    "listed twice and backwards": HEAD + "#LAYERS\nL,UNDIRECTED\n#EDGES\nA,B,L\nA,B,L\nB,A,L\n",
    "without sections": "A,B,L\nB,A,L\nA,A,L\n",
    "with weights": HEAD + "#LAYERS\nL,UNDIRECTED\n#EDGE ATTRIBUTES\nweight,NUMERIC\n#EDGES\nA,B,L,1\nA,B,L,2\nB,A,L,3\nC,A,L,7\n",
    "directed": HEAD + "#LAYERS\nL,DIRECTED\n#EDGE ATTRIBUTES\nweight,NUMERIC\n#EDGES\nA,B,L,1\nA,B,L,2\nB,A,L,3\n",
    "loop": HEAD + "#LAYERS\nL,UNDIRECTED\n#EDGES\nA,A,L\n",
    "loop allowed": HEAD + "#LAYERS\nL,UNDIRECTED,LOOPS\n#EDGES\nA,A,L\nA,B,L\n",
    "layer declared twice": HEAD + "#LAYERS\nL,UNDIRECTED\nL,DIRECTED\n#EDGES\nA,B,L\n",
    "between layers": MULTILAYER + "L1,L2,UNDIRECTED\n#EDGES\nA,L1,A,L2\nA,L2,A,L1\nA,L1,A,L2\nA,L1,B,L1\nB,L1,A,L1\n",
    "between layers, directed": MULTILAYER + "L1,L2,DIRECTED\n#EDGES\nA,L1,A,L2\nA,L2,A,L1\nA,L1,A,L2\n",
}


def multinet(text):
    try:
        network = in_file(text, ml.read)
    except RuntimeError:
        return {"error": True}
    edges = ml.edges(network)
    weights = {}
    for layer, graph in ml.to_nx_dict(network).items():
        for a, b, data in graph.edges(data=True):
            for pair in ((a, b),) if graph.is_directed() else ((a, b), (b, a)):
                weights[layer, *pair] = data.get("weight", 1.0)
    rows = zip(edges["from_actor"], edges["from_layer"], edges["to_actor"], edges["to_layer"], edges["dir"])
    return {
        "links": sorted(
            link(f"{la}/{a}", f"{lb}/{b}", weights.get((la, a, b), 1.0) if la == lb else 1.0, directed)
            for a, la, b, lb, directed in rows
        )
    }


PYMNET = {
    "listed twice and backwards": ("1 1 2 2\n1 1 2 5\n1 2 1 7\n", False),
    "directed": ("1 1 2 2\n1 1 2 5\n1 2 1 7\n", True),
    "self-link": ("1 1 1 2\n1 1 2 5\n", False),
    "weight 0 takes a link away": ("1 1 2 4\n1 1 2 0\n1 1 3 5\n", False),
}


def multiplex(text, directed):
    network = in_file(
        text, lambda path: pymnet.netio.read_edge_file(path, couplings="none", directed=directed, sep=" ")
    )
    return {
        "directed": directed,
        "nodes": sorted(str(node) for node in network),
        "links": sorted(
            link(f"{s}/{a}", f"{r}/{b}", float(w), directed) for a, b, s, r, w in network.edges if s == r
        ),
    }


def tensor(directed):
    """Assignments net[u, v, s, r] = w, one for each line."""
    text = "a b x x 2\nb a x x 3\na a x y 0.25\na a y x 0.5\na a x x 1\n"
    network = pymnet.MultilayerNetwork(aspects=1, directed=directed)
    for line in text.splitlines():
        *ends, weight = line.split()
        network[tuple(ends)] = float(weight)
    return {
        "text": text,
        "directed": directed,
        "nodes": sorted(network),
        "links": sorted(link(f"{s}/{a}", f"{r}/{b}", w, directed) for a, b, s, r, w in network.edges),
    }


def graphml(edges, default="undirected"):
    key = '<key id="w" for="edge" attr.name="weight" attr.type="double"/>'
    rows = "".join(
        f'<edge source="{a}" target="{b}"{more}><data key="w">{w}</data></edge>' for a, b, w, more in edges
    )
    text = (
        '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
        f'{key}<graph edgedefault="{default}"><node id="a"/><node id="b"/>{rows}</graph></graphml>'
    )
    try:
        graph = nx.parse_graphml(text)
    except nx.NetworkXError:
        return {"text": text, "error": True}
    # NetworkX has A[i, j] for a link from i to j
    matrix = nx.to_numpy_array(graph, nodelist=["a", "b"], weight="weight").T.tolist()
    return {"text": text, "edges": graph.number_of_edges(), "adjacency": matrix}


def edge_list(directed):
    lines = ["a b 2", "a b 3", "b a 5", "a a 1"]
    graph = nx.parse_edgelist(
        lines, create_using=nx.DiGraph if directed else nx.Graph, data=(("weight", float),)
    )
    return {
        "text": "\n".join(lines),
        "directed": directed,
        "links": sorted(
            link(f"layer/{a}", f"layer/{b}", data["weight"], directed) for a, b, data in graph.edges(data=True)
        ),
    }


save(
    "networks/golden/repeated-links.json",
    {
        "multinet": {name: {"text": text, **multinet(text)} for name, text in MULTINET.items()},
        "pymnet": {
            **{name: {"text": text, **multiplex(text, directed)} for name, (text, directed) in PYMNET.items()},
            "tensor": tensor(False),
            "tensor, directed": tensor(True),
        },
        "graphml": {
            "listed twice and backwards": graphml([("a", "b", 2, ""), ("a", "b", 3, ""), ("b", "a", 5, "")]),
            "directed": graphml([("a", "b", 2, ""), ("b", "a", 5, ""), ("a", "b", 7, "")], "directed"),
            "one id twice": graphml([("a", "b", 2, ' id="e"'), ("a", "b", 3, ' id="e"')]),
            "two ids": graphml([("a", "b", 2, ' id="e"'), ("b", "a", 3, ' id="f"')]),
            "self-loop": graphml([("a", "a", 2, ""), ("a", "b", 5, "")]),
            "directed edge in an undirected graph": graphml([("a", "b", 2, ' directed="true"')]),
            "undirected edge in a directed graph": graphml([("a", "b", 2, ' directed="false"')], "directed"),
        },
        "edges": {"undirected": edge_list(False), "directed": edge_list(True)},
    },
)
