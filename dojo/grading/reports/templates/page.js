"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const map = document.getElementById("map");
  const head = map.tHead.rows[1];
  const body = map.tBodies[0];
  const form = document.getElementById("filter");
  const dialog = document.getElementById("details");
  const said = form.querySelector("output");
  const FIRST = 2; // columns before the katas
  const STATE = 0, POINTS = 1, MOST = 2, PASSED = 3, TESTS = 4, EVIDENCE = 5, MISTAKES = 6, UNSTABLE = 7, DEVICES = 8;
  const [SOLVED, FAILED] = [0, 1];

  const personOf = (row) => data.people[Number(row.dataset.person)];
  const detailOf = (cell) => data.details[personOf(cell.parentElement)[3][cell.cellIndex - FIRST]];
  const nameOf = (row) => row.cells[0].textContent.trim();
  const wordsOf = (state) => (state < 0 ? "no verdict" : data.states[state][1]);
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  // Sorting: a button in each head that can be sorted by. Equal ones stay as they were.

  function sortable(table, heads, keyOf, downFirst) {
    for (const cell of heads) {
      const label = cell.querySelector("span");
      if (!label) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.title = label.title;
      button.append(...label.childNodes);
      label.replaceWith(button);
      button.addEventListener("click", () => {
        const before = cell.getAttribute("aria-sort");
        const down = before ? before === "ascending" : downFirst(cell.cellIndex);
        for (const other of heads) other.removeAttribute("aria-sort");
        cell.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...table.tBodies[0].rows].map((row) => [keyOf(row, cell.cellIndex), row]);
        rows.sort(([one], [other]) => {
          if (one === null || other === null) return (one === null) - (other === null); // what has no value is last
          const order = typeof one === "string" ? collator.compare(one, other) : one - other;
          return down ? -order : order;
        });
        table.tBodies[0].append(...rows.map(([, row]) => row));
      });
    }
  }

  // Solved first, then by the share of tests, then the other states in the order of the legend.
  function rank(detail) {
    if (detail[STATE] < 0) return null;
    return detail[STATE] === FAILED && detail[TESTS] ? FAILED + 0.9 * (1 - detail[PASSED] / detail[TESTS]) : detail[STATE];
  }

  sortable(
    map,
    [...head.cells],
    (row, column) =>
      column === 0 ? nameOf(row) : column === 1 ? personOf(row)[0] : rank(data.details[personOf(row)[3][column - FIRST]]),
    (column) => column === 1,
  );
  head.cells[0].setAttribute("aria-sort", "ascending");
  const other = document.getElementById("by-kata");
  sortable(other, [...other.tHead.rows[0].cells], (row, column) => Number(row.cells[column].dataset.key), () => false);

  // Filtering.

  function filter() {
    const wanted = form.elements.name.value.trim().toLocaleLowerCase();
    const state = form.elements.state.value === "" ? null : Number(form.elements.state.value);
    const chapter = form.elements.chapter.value;
    map.dataset.chapter = chapter;
    const groups = [...map.tHead.rows[0].cells].slice(1).map((cell) => cell.colSpan);
    const start = chapter === "" ? 0 : groups.slice(0, Number(chapter)).reduce((sum, each) => sum + each, 0);
    const end = chapter === "" ? data.katas.length : start + groups[Number(chapter)];
    let shown = 0;
    for (const row of body.rows) {
      const [, toLookAt, , cells] = personOf(row);
      const is =
        nameOf(row).toLocaleLowerCase().includes(wanted) &&
        (!form.elements.look.checked || toLookAt) &&
        (state === null || cells.slice(start, end).some((index) => data.details[index][STATE] === state));
      row.hidden = !is;
      shown += is;
    }
    said.textContent = `${shown} of ${data.people.length} people shown`;
    if (!current || current.hidden || !isShown(current)) stopAt(firstCell());
  }

  // Keys: the table is one stop of the Tab key, and arrows move within it.

  let current = null;
  const target = (cell) => cell.querySelector("button, a") || cell;
  const isShown = (cell) => cell.offsetWidth > 0;
  const firstCell = () => [...body.rows].find((row) => !row.hidden)?.cells[0] || head.cells[0];

  function stopAt(cell) {
    if (current) target(current).tabIndex = -1;
    current = cell;
    target(cell).tabIndex = 0;
  }

  function go(cell) {
    stopAt(cell);
    target(cell).focus();
  }

  function moved(key, whole) {
    const rows = [head, ...[...body.rows].filter((row) => !row.hidden)];
    const columns = [...head.cells].filter(isShown).map((cell) => cell.cellIndex);
    const row = rows.indexOf(current.parentElement);
    const column = columns.indexOf(current.cellIndex);
    const steps = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      PageUp: [row - 10, column],
      PageDown: [row + 10, column],
      Home: [whole ? 0 : row, 0],
      End: [whole ? Infinity : row, Infinity],
    };
    if (!(key in steps)) return null;
    const within = (at, list) => list[Math.max(0, Math.min(at, list.length - 1))];
    return within(steps[key][0], rows).cells[within(steps[key][1], columns)];
  }

  map.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || !current.contains(event.target)) return;
    const cell = moved(event.key, event.ctrlKey);
    if (cell) {
      event.preventDefault();
      go(cell);
    } else if ((event.key === "Enter" || event.key === " ") && event.target.tagName === "TD") {
      event.preventDefault();
      show(current);
    }
  });
  map.addEventListener("focusin", (event) => {
    const cell = event.target.closest("thead tr:last-child th, tbody th, tbody td");
    if (cell && cell !== current) stopAt(cell);
  });
  body.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    go(cell);
    show(cell);
  });
  body.addEventListener("mouseover", (event) => {
    const cell = event.target.closest("td");
    if (!cell || cell.title || cell.cellIndex < FIRST) return;
    cell.title = `${nameOf(cell.parentElement)} · ${data.katas[cell.cellIndex - FIRST][0]}: ${cell.querySelector("b").textContent}`;
  });

  // Details. All that is shown is text: nothing that was handed in is ever read as markup.

  function add(parent, tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  }

  function list(parent, heading, items) {
    if (!items.length) return;
    add(parent, "h3", heading);
    const all = add(parent, "ul", "");
    for (const item of items) add(all, "li", item);
  }

  function show(cell) {
    const row = cell.parentElement;
    const inside = dialog.querySelector("div");
    const title = dialog.querySelector("h2");
    const texts = (indices) => indices.map((index) => data.texts[index]);
    inside.replaceChildren();
    if (cell.cellIndex < FIRST) {
      const [points, , facts, cells] = personOf(row);
      const count = data.states.map(([, words], state) => [words, cells.filter((each) => data.details[each][STATE] === state).length]);
      title.textContent = nameOf(row);
      add(inside, "p", points === null ? "There is no grade." : `${points} points.`);
      list(inside, "Katas", count.filter(([, number]) => number).map(([words, number]) => `${words}: ${number}`));
      list(inside, "Hand-in", texts(facts));
    } else {
      const detail = detailOf(cell);
      const [kata, about] = data.katas[cell.cellIndex - FIRST];
      title.textContent = `${nameOf(row)} · ${kata}`;
      add(inside, "p", about);
      const points = detail[POINTS] === "" ? "no points yet" : `${detail[POINTS]} of ${detail[MOST]} points`;
      const tests = detail[TESTS] ? ` · ${detail[PASSED]} of ${detail[TESTS]} tests pass` : "";
      add(add(inside, "p", ""), "strong", wordsOf(detail[STATE]) + (detail[STATE] < 0 ? "" : ` · ${points}${tests}`));
      add(inside, "pre", data.texts[detail[EVIDENCE]]);
      list(inside, "Other mistakes", texts(detail[MISTAKES]));
      list(inside, "Unstable tests", texts(detail[UNSTABLE]));
      list(inside, "Devices", detail[DEVICES].map(([name, state]) => `${data.texts[name]}: ${wordsOf(state)}`));
    }
    const link = add(add(inside, "p", ""), "a", "All feedback");
    link.href = row.cells[0].querySelector("a").getAttribute("href");
    dialog.showModal();
  }

  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  // What works with a script only is shown by it.

  for (const element of map.querySelectorAll("button, tbody a")) element.tabIndex = -1;
  map.setAttribute("role", "grid");
  map.parentElement.removeAttribute("tabindex");
  document.getElementById("keys").hidden = false;
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  filter();
})();
