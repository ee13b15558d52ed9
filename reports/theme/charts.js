// Makes the charts answer to the pointer. The drawn SVG stays where scripts are off, in print, and when anything fails.
(() => {
  "use strict";
  const places = [...document.querySelectorAll("[data-chart]")];
  if (!places.length || !window.vegaEmbed || !("IntersectionObserver" in window)) return;
  const settings = JSON.parse(document.getElementById("chart-settings").textContent);

  function save(view, type, name) {
    view.toImageURL(type, type === "png" ? 2 : 1).then((url) => {
      const link = document.createElement("a");
      link.href = url;
      link.download = `${name}.${type}`;
      link.click();
    });
  }

  function offer(place, view) {
    const line = document.createElement("p");
    line.className = "chart-downloads";
    for (const type of ["svg", "png"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${settings.save} ${type.toUpperCase()}`;
      button.addEventListener("click", () => save(view, type, place.dataset.chart));
      line.append(button);
    }
    place.after(line);
  }

  async function enliven(place) {
    if (window.matchMedia("(max-width: 520px)").matches) return;
    const stage = document.createElement("div");
    stage.className = "chart-live";
    stage.setAttribute("aria-hidden", "true");
    try {
      const spec = window.chartSpecs[place.dataset.chart];
      place.append(stage);
      const { view } = await window.vegaEmbed(stage, spec, {
        actions: false,
        ast: true,
        renderer: "svg",
        tooltip: { theme: "custom" },
        formatLocale: settings.format,
        timeFormatLocale: settings.time,
      });
      const svg = stage.querySelector("svg");
      if (!svg || !svg.getBBox().width) throw new Error("empty chart");
      if (!svg.getAttribute("viewBox")) {
        svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
      }
      svg.style.maxWidth = place.querySelector(".chart").style.maxWidth;
      place.classList.add("is-live");
      offer(place, view);
    } catch (reason) {
      stage.remove();
      console.warn(`Chart ${place.dataset.chart} stays as drawn:`, reason);
    }
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((e) => e.isIntersecting)) {
      seen.unobserve(entry.target);
      enliven(entry.target);
    }
  }, { rootMargin: "200px" });
  places.forEach((place) => seen.observe(place));
})();
