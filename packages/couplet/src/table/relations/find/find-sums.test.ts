import { describe, expect, it } from "vitest";
import { inferSchema } from "../../infer/infer-schema.ts";
import { fitTableCodec } from "../../encode/table-codec.ts";
import { isKept } from "../../schema/relation.ts";
import { cents, found, normal, rowsOf, uniform } from "../../suite/planted-table.ts";
import { type Table, toObjects } from "../../table.ts";
import { brokenRelations } from "../broken-relations.ts";
import { describeRelation } from "../kinds/index.ts";

/** Invoices with discounts up to a share of the net amount. */
function invoices(most: number): Table {
  return rowsOf((i) => {
    const price = cents(1 + 40 * uniform(i));
    const quantity = 1 + Math.floor(12 * uniform(i, 1));
    const net = cents(price * quantity);
    const discount = cents(most * net * uniform(i, 2));
    const subtotal = cents(net - discount);
    const tax = Math.round(0.19 * Math.round(100 * subtotal)) / 100;
    const shipping = [0, 4.99, 9.9][Math.floor(3 * uniform(i, 3))]!;
    const total = cents(subtotal + tax + shipping);
    return { price, quantity, net, discount, subtotal, tax, shipping, total };
  });
}

describe("totals of a product and of a rescaled copy", () => {
  it.each([0.3, 0.05])(
    "keep both, and a discount below the net amount, up to %s of it",
    async (most) => {
      const source = invoices(most);
      const relations = await found(source);
      const kept = relations.filter(isKept).map(describeRelation);
      for (const text of [
        "net = price * quantity",
        "subtotal = net - discount",
        "tax = 0.19 subtotal",
        "total = subtotal + tax + shipping",
        "discount < net",
      ])
        expect(kept).toContain(text);

      const schema = { ...inferSchema(source), relations };
      const codec = fitTableCodec(source, schema);
      // Latent values without a flow, wider than those of the rows: what relations promise they promise of any.
      const z = Float64Array.from({ length: 1000 * codec.dims }, (_, i) => 1.5 * normal(i, 9));
      const drawn = codec.decode(z);
      const promised = relations.filter(
        (relation) => relation.kind === "sum" || relation.kind === "product",
      );
      expect(brokenRelations(drawn, schema, promised)).toEqual([]);
      const negative = toObjects(drawn).filter(
        (row) => Number(row["net"]) > 0 && Number(row["subtotal"]) < 0,
      );
      expect(negative).toEqual([]);
    },
  );
});

describe("a sum of parts that a total of others is computed from", () => {
  it("is kept: the total leaves another column to be computed", async () => {
    const source = rowsOf((i) => {
      const gross = cents(1800 + 4000 * uniform(i));
      const tax = Math.round(0.2 * Math.round(100 * gross)) / 100;
      const pension = [0, 25, 50, 100][Math.floor(4 * uniform(i, 1))]!;
      const deductions = cents(tax + pension);
      return { gross, tax, pension, deductions, net: cents(gross - deductions), x: normal(i, 2) };
    });
    const relations = await found(source);
    const kept = relations.filter(isKept).map(describeRelation);
    for (const text of [
      "tax = 0.2 gross",
      "deductions = tax + pension",
      "net = gross - deductions",
    ])
      expect(kept).toContain(text);
  });
});

describe("a part that is missing where nothing was taken off", () => {
  it("counts 0 in its total, in samples as well", async () => {
    const source = rowsOf((i) => {
      const subtotal = cents(5 + 60 * uniform(i));
      const shipping = [0, 4.95, 9.9][Math.floor(3 * uniform(i, 1))]!;
      const discount = uniform(i, 2) < 0.6 ? null : cents(1 + 3 * uniform(i, 3));
      return { subtotal, shipping, discount, total: cents(subtotal + shipping - (discount ?? 0)) };
    });
    const relations = await found(source);
    const total = relations.filter(isKept).find((relation) => relation.kind === "sum");
    expect(total).toMatchObject({ column: "total", whenMissing: "zero" });
    expect(describeRelation(total!)).toContain("where missing cells count 0");
    const schema = { ...inferSchema(source), relations: [total!] };
    const codec = fitTableCodec(source, schema);
    // The total costs nothing: two values, one with a variable for whether it is missing.
    expect(codec.columns.map(({ name }) => name)).not.toContain("total");
    const z = Float64Array.from({ length: 500 * codec.dims }, (_, i) => 1.5 * normal(i, 9));
    const drawn = toObjects(codec.decode(z));
    expect(drawn.some((row) => row["discount"] === null)).toBe(true);
    for (const { subtotal, shipping, discount, total: sum } of drawn)
      expect(sum).toBe(cents(Number(subtotal) + Number(shipping) - Number(discount ?? 0)));
  });
});

describe("a rate in percent", () => {
  it("of three values is a number, so that the tax keeps to it", async () => {
    const source = rowsOf((i) => {
      const net = cents(20 + 300 * uniform(i));
      const rate = [0, 7, 19][Math.floor(3 * uniform(i, 1))]!;
      const tax = Math.round((Math.round(100 * net) * rate) / 100) / 100;
      return {
        net: net.toFixed(2),
        rate: `${rate}%`,
        tax: tax.toFixed(2),
        x: String(normal(i, 2)),
      };
    });
    expect(inferSchema(source).columns[1]).toMatchObject({ type: "integer", values: [0, 7, 19] });
    const kept = (await found(source)).filter(isKept);
    expect(kept).toMatchObject([{ kind: "product", column: "tax", times: 0.01 }]);
  });
});
