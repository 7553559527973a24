import { describe, expect, it } from "vitest";
import { dateFormat, detectDateFormat } from "./date-format.ts";
import { dateIndex, dateOfIndex, unitOf } from "./date-unit.ts";

describe("date formats", () => {
  it.each([
    [["2020-02-29", "1969-12-31"], "YYYY-MM-DD"],
    [["29/02/2020", "01/03/2020"], "DD/MM/YYYY"],
    [["02/29/2020", "01/03/2020"], "MM/DD/YYYY"],
    [["2/9/2020", "12/31/2020"], "M/D/YYYY"],
    [["1.2.2020", "31.12.2020"], "D.M.YYYY"],
    [["3 Mar 2021", "14 Dec 2020"], "D MMM YYYY"],
    [["20200229", "20211231"], "YYYYMMDD"],
    [["2020-02", "1999-12"], "YYYY-MM"],
    [["2020-02-29T10:15:30Z", "2020-03-01T00:00:00Z"], "YYYY-MM-DD'T'HH:mm:ss'Z'"],
    [["2020-02-29 10:15", "2020-03-01 23:59"], "YYYY-MM-DD HH:mm"],
    [
      ["2020-02-29T10:15:30.250+02:00", "2020-03-01T00:00:00.000+02:00"],
      "YYYY-MM-DD'T'HH:mm:ss.SSS'+02:00'",
    ],
  ])("finds %j", (texts, pattern) => {
    expect(detectDateFormat(texts).format).toBe(pattern);
    const format = dateFormat(pattern);
    for (const text of texts) expect(format.format(format.parse(text))).toBe(text);
  });

  it("says when the day and the month could be the other way round", () => {
    expect(detectDateFormat(["03/04/2020", "01/12/2020"])).toMatchObject({
      format: "MM/DD/YYYY",
      alternative: "DD/MM/YYYY",
    });
  });

  it("finds two formats in one column, with examples", () => {
    const { format, conflict } = detectDateFormat(["2020-01-31", "2020-02-01", "31/12/2020"]);
    expect(format).toBeUndefined();
    expect(conflict).toMatchObject([
      { format: "YYYY-MM-DD", example: "2020-01-31", row: 0, count: 2 },
      { format: "DD/MM/YYYY", example: "31/12/2020", row: 2, count: 1 },
    ]);
  });

  it.each([[["12-345", "13-999"]], [["2020-02-30", "2020-02-28"]], [["a", "b"]], [["1234-5678"]]])(
    "is not fooled by %j",
    (texts) => {
      expect(detectDateFormat(texts).format).toBeUndefined();
    },
  );

  it("counts units exactly, before 1970 as well", () => {
    for (const unit of ["month", "day", "hour", "minute", "second", "millisecond"] as const)
      for (const index of [-25, -1, 0, 13, 700])
        expect(dateIndex(dateOfIndex(index, unit), unit)).toBe(index);
    expect(unitOf([0, 86_400_000, NaN])).toBe("day");
    expect(unitOf([0, 61_000])).toBe("second");
  });
});
