import { describe, expect, it } from "vitest";
import { ising } from "../spin.ts";
import { magneticStack } from "../stack.ts";
import type { MagneticStack } from "../stack.ts";
import { simulateStack } from "./simulate.ts";
import type { Estimate } from "./statistics.ts";

const stackOf = (intra: readonly number[], inter: readonly number[]): MagneticStack =>
  magneticStack({
    layers: intra.map((exchange) => ({ spin: ising(), lattice: "square" as const, exchange })),
    couplings: inter.map((exchange, i) => ({ between: [i, i + 1] as const, exchange })),
  });

/** Distance in standard errors. */
const sigmas = (estimate: Estimate, exact: number): number =>
  Math.abs(estimate.value - exact) / estimate.error;

// Exact enumeration: oracle magnets.json, exactEnumeration. [energy, heat, <|m|>, <m^2>, Binder]
const exact = [
  {
    name: "ising 4x4 periodic",
    size: [4, 4] as const,
    intra: [1.0],
    inter: [],
    results: [
      {
        T: 1.0,
        energy: -1.9971584402557672,
        heat: 0.023409397456866543,
        order: 0.9992745837005557,
        order2: 0.9986486704011726,
        binder: 0.6665537567939916,
      },
      {
        T: 1.5,
        energy: -1.9506425614594611,
        heat: 0.20034987297479587,
        order: 0.9861732978163796,
        order2: 0.9753024931420095,
        binder: 0.663958703044998,
      },
      {
        T: 2.0,
        energy: -1.7553802887774352,
        heat: 0.605532657210059,
        order: 0.9189432674019723,
        order2: 0.8689216816423181,
        binder: 0.6448107911878418,
      },
      {
        T: 2.269185314213022,
        energy: -1.5656237876383188,
        heat: 0.7832668259289056,
        order: 0.8438604448134203,
        order2: 0.7613589085686726,
        binder: 0.6171993184124589,
      },
      {
        T: 2.5,
        energy: -1.3791164822593487,
        heat: 0.8125152294404586,
        order: 0.7647123932216829,
        order2: 0.6548257569366425,
        binder: 0.5815276591204825,
      },
      {
        T: 3.0,
        energy: -1.0170696269550956,
        heat: 0.6031347142535068,
        order: 0.6012913260391131,
        order2: 0.4509881408480369,
        binder: 0.4805406600594041,
      },
      {
        T: 3.2076,
        energy: -0.9030019264723835,
        heat: 0.4977219994971051,
        order: 0.5480392761650975,
        order2: 0.3889700912309511,
        binder: 0.43712244305532666,
      },
      {
        T: 4.0,
        energy: -0.6254861297092846,
        heat: 0.24010865484282984,
        order: 0.4181792260124639,
        order2: 0.24821623357535275,
        binder: 0.3029822827147405,
      },
    ],
  },
  {
    name: "bilayer 3x3 J=1,J'=1",
    size: [3, 3] as const,
    intra: [1.0, 1.0],
    inter: [1.0],
    results: [
      {
        T: 1.0,
        energy: -2.499541368182993,
        heat: 0.004614369310148605,
        order: 0.9999080065522402,
        order2: 0.9998263970967495,
        binder: 0.6666543790443352,
      },
      {
        T: 1.5,
        energy: -2.4862601145541383,
        heat: 0.0639559921100954,
        order: 0.9971780656861,
        order2: 0.9947233374369596,
        binder: 0.6662578038301286,
      },
      {
        T: 2.0,
        energy: -2.4159348527434377,
        heat: 0.24078610184937727,
        order: 0.9814888431034794,
        order2: 0.9665679935189372,
        binder: 0.6633760982083122,
      },
      {
        T: 2.269185314213022,
        energy: -2.3308632454513796,
        heat: 0.3986959009275491,
        order: 0.9603888656503509,
        order2: 0.9309876359131289,
        binder: 0.6584822506365793,
      },
      {
        T: 2.5,
        energy: -2.2203339556836497,
        heat: 0.5612495135808786,
        order: 0.9303777994945448,
        order2: 0.8833327563156056,
        binder: 0.6502283216622895,
      },
      {
        T: 3.0,
        energy: -1.8611991835920096,
        heat: 0.8338186321717332,
        order: 0.8199542415042951,
        order2: 0.7239146614190983,
        binder: 0.6108431988289249,
      },
      {
        T: 3.2076,
        energy: -1.6853334632077044,
        heat: 0.8494151885117461,
        order: 0.7610515430859136,
        order2: 0.6451584092246196,
        binder: 0.584334189587637,
      },
      {
        T: 4.0,
        energy: -1.1115942023479974,
        heat: 0.5550389642185716,
        order: 0.5547269947722216,
        order2: 0.39290849233638525,
        binder: 0.45136992706454193,
      },
    ],
  },
  {
    name: "bilayer 3x3 J=(1,0.5),J'=0.2",
    size: [3, 3] as const,
    intra: [1.0, 0.5],
    inter: [0.2],
    results: [
      {
        T: 1.0,
        energy: -1.5533255009492926,
        heat: 0.2366475818379538,
        order: 0.9487811968214975,
        order2: 0.9317626056858884,
        binder: 0.6512607556530101,
      },
      {
        T: 1.5,
        energy: -1.3611442670102456,
        heat: 0.46562147988767866,
        order: 0.7816952263463373,
        order2: 0.6940752354368908,
        binder: 0.5861158702720115,
      },
      {
        T: 2.0,
        energy: -1.1265785076433614,
        heat: 0.46954984243509146,
        order: 0.6256318832690086,
        order2: 0.4775182321205491,
        binder: 0.5040753553857431,
      },
      {
        T: 2.269185314213022,
        energy: -1.0007347231531123,
        heat: 0.462448906967395,
        order: 0.5607000306876527,
        order2: 0.3956502155513723,
        binder: 0.46183547606365816,
      },
      {
        T: 2.5,
        energy: -0.8964574426817266,
        heat: 0.4379846477939934,
        order: 0.5126588558154873,
        order2: 0.3396580307886013,
        binder: 0.4254185897790471,
      },
      {
        T: 3.0,
        energy: -0.7004244326447171,
        heat: 0.3402647002745164,
        order: 0.4300899529638731,
        order2: 0.25233526569132825,
        binder: 0.34811856972457755,
      },
      {
        T: 3.2076,
        energy: -0.6344019252369306,
        heat: 0.29619657275953687,
        order: 0.4036932828455952,
        order2: 0.22661553620065417,
        binder: 0.3186035752410784,
      },
      {
        T: 4.0,
        energy: -0.45498618430760573,
        heat: 0.1687959080971923,
        order: 0.3344293066346124,
        order2: 0.16387451749183563,
        binder: 0.22909163014417788,
      },
    ],
  },
  {
    name: "bilayer 3x3 A-type J=1,J'=-0.5",
    size: [3, 3] as const,
    intra: [1.0, 1.0],
    inter: [-0.5],
    results: [
      {
        T: 1.0,
        energy: -2.248798496683032,
        heat: 0.010969258476443934,
        order: 0.00037969696222562763,
        order2: 0.0001543062426635088,
        binder: -1748.5451215819717,
      },
      {
        T: 1.5,
        energy: -2.2226828459623085,
        heat: 0.11923438360441023,
        order: 0.008696276575255603,
        order2: 0.0036221943009571178,
        binder: -67.84357986303208,
      },
      {
        T: 2.0,
        energy: -2.0977926951351185,
        heat: 0.41246205801523517,
        order: 0.04788311591609059,
        order2: 0.02143153234523866,
        binder: -8.910206197268874,
      },
      {
        T: 2.269185314213022,
        energy: -1.9589722530162565,
        heat: 0.6170627567448227,
        order: 0.08846303703990256,
        order2: 0.04098984997832709,
        binder: -3.6998482717098318,
      },
      {
        T: 2.5,
        energy: -1.7996849100030419,
        heat: 0.7519948984367227,
        order: 0.13053514570872807,
        order2: 0.061635353535308086,
        binder: -1.883966870754067,
      },
      {
        T: 3.0,
        energy: -1.4052875651438896,
        heat: 0.7622112085154372,
        order: 0.2133307258864592,
        order2: 0.10142769201395409,
        binder: -0.5022249328721788,
      },
      {
        T: 3.2076,
        energy: -1.2548549469482435,
        heat: 0.6830442449887003,
        order: 0.23635038208360065,
        order2: 0.1115948781071881,
        binder: -0.29171907443397793,
      },
      {
        T: 4.0,
        energy: -0.8461385798186964,
        heat: 0.36929381051720545,
        order: 0.2703416354650077,
        order2: 0.1216482591129675,
        binder: 0.0031991099862668237,
      },
    ],
  },
  {
    name: "trilayer 2x3 J=1,J'=1",
    size: [2, 3] as const,
    intra: [1.0, 1.0, 1.0],
    inter: [1.0, 1.0],
    results: [
      {
        T: 1.0,
        energy: -2.666303704682074,
        heat: 0.003763811323021097,
        order: 0.999917983123798,
        order2: 0.9998507971905867,
        binder: 0.666652665278752,
      },
      {
        T: 1.5,
        energy: -2.6542524047512006,
        heat: 0.06045656094698239,
        order: 0.9968944407896261,
        order2: 0.9945267216062562,
        binder: 0.6660369350178277,
      },
      {
        T: 2.0,
        energy: -2.5846616186335654,
        heat: 0.241737330070565,
        order: 0.9773332248442824,
        order2: 0.9616821396529659,
        binder: 0.6612634079294804,
      },
      {
        T: 2.269185314213022,
        energy: -2.4997788593382335,
        heat: 0.3938178750722045,
        order: 0.951448603337821,
        order2: 0.9203173038685123,
        binder: 0.6540077228946649,
      },
      {
        T: 2.5,
        energy: -2.3923718281866395,
        heat: 0.5366638830766655,
        order: 0.9169870140877965,
        order2: 0.8675886515914343,
        binder: 0.6432123313072338,
      },
      {
        T: 3.0,
        energy: -2.060784577374768,
        heat: 0.753944495872501,
        order: 0.8045332432932245,
        order2: 0.7073802675408908,
        binder: 0.5999739421174988,
      },
      {
        T: 3.2076,
        energy: -1.901889480412991,
        heat: 0.7689194149069013,
        order: 0.7489708893522765,
        order2: 0.6331422199828465,
        binder: 0.573681232072081,
      },
      {
        T: 4.0,
        energy: -1.361547194742785,
        heat: 0.555941108121242,
        order: 0.5583506410659598,
        order2: 0.3984072789797676,
        binder: 0.44936508016855636,
      },
    ],
  },
];

const all: number[] = [];

describe.each(exact)("$name", ({ intra, inter, size, results }) => {
  const stack = stackOf(intra, inter);
  for (const { T, energy, heat, order, order2, binder } of results) {
    // The parallel state of the A-type bilayer has weight exp(-9) at T = 1 but gives all of its moment; a
    // local walk would need some exp(20) sweeps to turn a film of 3 x 3 spins. Clusters turn it at once.
    const isStuck = T === 1 && inter[0]! < 0;
    it.each(isStuck ? (["wolff"] as const) : (["wolff", "metropolis", "heatBath"] as const))(
      `T = ${T}, %s: exact averages within 3 standard errors`,
      async (update) => {
        const result = await simulateStack(stack, {
          temperature: T,
          size,
          update,
          measurements: update === "wolff" ? 40_000 : 2000,
          interval: update === "wolff" ? 1 : 2,
          thermalise: 300,
          orderParameter: "uniform",
          threads: 0,
          seed: 11,
        });
        const distances = {
          energy: sigmas(result.energy, energy),
          heat: sigmas(result.heat, heat),
          order: sigmas(result.order, order),
          order2: sigmas(result.order2, order2),
          binder: sigmas(result.binder, binder),
        };
        all.push(...Object.values(distances));
        // 590 numbers are compared: a sound program has one or two beyond 3 standard errors, and one
        // beyond 4.5 in 250 such tables. The seed is fixed, so this does not flicker.
        for (const [name, distance] of Object.entries(distances))
          expect(distance, name).toBeLessThan(4.5);
        expect(result.energy.error).toBeLessThan(0.004);
      },
    );
  }
});

describe("all of them together", () => {
  it("lie within their standard errors as often as they should", () => {
    expect(all.length).toBe(590);
    const within = (limit: number): number =>
      all.filter((distance) => distance < limit).length / all.length;
    // Normal: 68.3 % and 99.7 %; the averages of one run are correlated, so allow a few per cent. Jackknife
    // errors that were half or twice as large would give 38 % or 95 % in the first line.
    expect(within(1)).toBeGreaterThan(0.6);
    expect(within(1)).toBeLessThan(0.78);
    expect(within(3)).toBeGreaterThan(0.99);
  });
});
