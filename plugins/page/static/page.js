// Draws each table of numbers as bars, and reads the page anew every half minute while somebody looks at it.
"use strict";

const EVERY = 30_000;
const HEIGHT = 110;
const { format } = new Intl.NumberFormat("en");
const compact = new Intl.NumberFormat("en", { notation: "compact" }).format;

let drawn = [];

// The table's columns, oldest first: seconds since 1970, then the counts.
function columns(table) {
  const rows = [...table.tBodies[0].rows].reverse();
  const starts = rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000);
  const counts = rows.map((row) => [...row.querySelectorAll("data")].map((each) => Number(each.value)));
  return [starts, ...counts[0].map((_, place) => counts.map((row) => row[place]))];
}

function bars(place, unit, starts, counts) {
  const utc = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC");
  const form = uPlot.fmtDate(unit === "day" ? "{MMM} {D}" : "{HH}:00");
  const half = (starts[1] - starts[0]) / 2;
  const { color, borderTopColor } = getComputedStyle(place);
  const quiet = getComputedStyle(place.closest("figure").querySelector("figcaption")).color;
  const axis = { stroke: quiet, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  const x = { ...axis, size: 22, gap: 5, space: 60, grid: { show: false } };
  const y = { ...axis, size: 38, gap: 4, space: 28, grid: { stroke: borderTopColor, width: 1 } };
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      tzDate: utc,
      scales: {
        x: { range: [starts[0] - half, starts.at(-1) + half] },
        // Whole steps only: there is no half row.
        y: { range: (_, least, most) => [0, Math.max(most, 4)] },
      },
      axes: [
        { ...x, values: (_, at) => at.map((each) => form(utc(each))) },
        { ...y, values: (_, at) => at.map(compact) },
      ],
      series: [{}, { fill: color, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.8] }) }],
    },
    [starts, counts],
    place,
  );
}

function frame(name, unit, total) {
  const plot = document.createElement("div");
  const title = document.createElement("p");
  const sum = document.createElement("span");
  const place = document.createElement("div");
  plot.className = "plot";
  sum.textContent = format(total);
  title.append(`${name} `, sum);
  place.role = "img";
  place.ariaLabel = `${name} by ${unit}, as bars; the numbers are in the table below`;
  plot.append(title, place);
  return plot;
}

function draw() {
  drawn.forEach((plot) => plot.destroy());
  drawn = [...document.querySelectorAll(".chart")].flatMap((figure) => {
    const { unit } = figure.dataset;
    const names = [...figure.querySelectorAll("thead th")].slice(1).map((each) => each.textContent);
    const [starts, ...counts] = columns(figure.querySelector("table"));
    const frames = names.map((name, place) => frame(name, unit, counts[place].reduce((sum, each) => sum + each, 0)));
    const plots = document.createElement("div");
    plots.className = "plots";
    plots.append(...frames);
    figure.querySelector(".plots")?.remove();
    figure.querySelector("figcaption").after(plots);
    return frames.map((each, place) => bars(each.lastChild, unit, starts, counts[place]));
  });
}

// What was open and where the focus was stays so.
function show(main) {
  const focused = document.activeElement?.id;
  const open = [...document.querySelectorAll("details[open]")].map((each) => each.id);
  document.querySelector("main").replaceWith(main);
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  draw();
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch("", { headers: { Accept: "text/html" } });
    const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (!main) throw new Error(answer.statusText);
    show(document.adoptNode(main));
  } catch {
    const stale = document.getElementById("stale");
    if (stale) stale.textContent = ", not renewed since: is Airflow away, or are you logged out?";
  }
}

// In Airflow's UI the page is as dark as the UI.
function match() {
  document.documentElement.style.colorScheme = getComputedStyle(parent.document.documentElement).colorScheme;
  draw();
}

let resized;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(draw, 100);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
if (parent === window) {
  draw();
} else {
  match();
  new MutationObserver(match).observe(parent.document.documentElement, { attributeFilter: ["class", "style"] });
}
setInterval(refresh, EVERY);
