// Too much at once is told before it is sent.
for (const input of document.querySelectorAll("input[type=file][data-largest]")) {
  input.addEventListener("change", () => {
    const chosen = [...input.files], size = chosen.reduce((sum, file) => sum + file.size, 0);
    input.setCustomValidity(chosen.length > Number(input.dataset.atOnce) ? input.dataset.tooMany
      : size > Number(input.dataset.largest) - 65536 ? input.dataset.tooLarge : "");
    input.reportValidity();
  });
}
