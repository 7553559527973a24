"""flowjax: bijections for one row, vectorised and compiled by JAX.

XLA takes its thread count from the processors that the process may use, so the affinity is set before JAX is loaded.
"""

import os
from importlib.metadata import version

from protocol import read_rows, serve


def residual_mlp(key, inputs, outputs, width, blocks):
    import equinox as eqx
    import jax
    import jax.random as jr

    class ResidualMlp(eqx.Module):
        first: eqx.nn.Linear
        blocks: list
        last: eqx.nn.Linear

        def __call__(self, x):
            x = self.first(x)
            for one, two in self.blocks:
                x = x + two(jax.nn.relu(one(jax.nn.relu(x))))
            return self.last(x)

    keys = jr.split(key, 2 * blocks + 2)
    pairs = [[eqx.nn.Linear(width, width, key=keys[2 * i + j]) for j in range(2)] for i in range(blocks)]
    return ResidualMlp(eqx.nn.Linear(inputs, width, key=keys[-2]), pairs, eqx.nn.Linear(width, outputs, key=keys[-1]))


def small(linear):
    """A nearly neutral last layer, as in the PyTorch peers."""
    import equinox as eqx

    return eqx.tree_at(lambda l: (l.weight, l.bias), linear, (linear.weight * 0.01, linear.bias * 0))


def build(model, key):
    """`flowjax.flows.coupling_flow`, with halves that swap in place of its random permutations."""
    import equinox as eqx
    import jax
    import jax.numpy as jnp
    import jax.random as jr
    import paramax
    from flowjax import bijections, distributions
    from flowjax.flows import _affine_with_min_scale

    dims, spec = model["dims"], model["conditioner"]
    if model["transform"] == "affine":
        transformer = _affine_with_min_scale()
    else:
        # `knots` counts inner knots: bins - 1 of them make `bins` bins
        transformer = bijections.RationalQuadraticSpline(knots=model["bins"] - 1, interval=model["bound"])

    def layer(key):
        net_key, order_key = jr.split(key)
        coupling = bijections.Coupling(
            net_key,
            transformer=transformer,
            untransformed_dim=dims // 2,
            dim=dims,
            nn_width=spec["width"],
            nn_depth=spec.get("depth", 1),
            nn_activation=jax.nn.relu,
        )
        if spec["kind"] == "residual":
            outputs = coupling.conditioner.layers[-1].out_features
            net = residual_mlp(net_key, dims // 2, outputs, spec["width"], spec["blocks"])
            net = eqx.tree_at(lambda n: n.last, net, replace_fn=small)
            coupling = eqx.tree_at(lambda c: c.conditioner, coupling, net)
        else:
            coupling = eqx.tree_at(lambda c: c.conditioner.layers[-1], coupling, replace_fn=small)
        if model["linear"] == "lu":
            return bijections.Chain(
                [
                    bijections.Permute(jr.permutation(order_key, jnp.arange(dims))),
                    bijections.TriangularAffine(jnp.zeros(dims), jnp.eye(dims), lower=False),
                    bijections.TriangularAffine(jnp.zeros(dims), jnp.eye(dims)),
                    coupling,
                ]
            )
        return bijections.Chain([coupling, bijections.Flip((dims,))])

    layers = eqx.filter_vmap(layer)(jr.split(key, model["couplings"]))
    return distributions.Transformed(paramax.non_trainable(distributions.Normal(jnp.zeros(dims))), bijections.Invert(bijections.Scan(layers)))


class Flowjax:
    def version(self):
        return version("flowjax")

    def setup(self, model, threads, data):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:threads]))
        os.environ["JAX_PLATFORMS"] = "cpu"
        import equinox as eqx
        import jax
        import jax.numpy as jnp
        import jax.random as jr
        import optax
        import paramax

        self.jax = jax
        self.batch = model["batch"]
        self.data = jnp.asarray(read_rows(data, model["dims"]))
        self.at = 0
        self.key = jr.key(7)
        flow = build(model, jr.key(7))
        parameters, static = eqx.partition(flow, eqx.is_inexact_array, is_leaf=lambda leaf: isinstance(leaf, paramax.NonTrainable))
        optimiser = optax.adam(model["learningRate"])

        def whole(parameters):
            return paramax.unwrap(eqx.combine(parameters, static))

        def rows_at(data, start, rows):
            return jax.lax.dynamic_slice_in_dim(data, start, rows)

        def step(parameters, state, data, start):
            x = rows_at(data, start, self.batch)
            loss, gradient = jax.value_and_grad(lambda p: -whole(p).log_prob(x).mean())(parameters)
            updates, state = optimiser.update(gradient, state, parameters)
            return optax.apply_updates(parameters, updates), state, loss

        self.parameters, self.state = parameters, optimiser.init(parameters)
        self.step = jax.jit(step, donate_argnums=(0, 1))
        self.score = jax.jit(lambda p, data, start, rows: whole(p).log_prob(rows_at(data, start, rows)), static_argnums=3)
        self.draw = jax.jit(lambda p, key, rows: whole(p).sample(key, (rows,)), static_argnums=2)
        return sum(leaf.size for leaf in jax.tree_util.tree_leaves(parameters))

    def next_start(self, rows):
        if self.at + rows > len(self.data):
            self.at = 0
        start, self.at = self.at, self.at + rows
        return start

    def train(self, iterations):
        for _ in range(iterations):
            self.parameters, self.state, loss = self.step(self.parameters, self.state, self.data, self.next_start(self.batch))
        return float(loss.block_until_ready())

    def log_prob(self, iterations, rows):
        for _ in range(iterations):
            value = self.score(self.parameters, self.data, self.next_start(rows), rows)
        return float(value.block_until_ready().mean())

    def sample(self, iterations, rows):
        for _ in range(iterations):
            self.key, key = self.jax.random.split(self.key)
            value = self.draw(self.parameters, key, rows)
        return float(value.block_until_ready().mean())


serve(Flowjax())
