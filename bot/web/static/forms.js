// A changed filter is applied at once. Without it there is the button.
"use strict";

const filters = document.querySelector(".filters");
for (const field of filters.querySelectorAll("select")) {
  field.addEventListener("change", () => filters.requestSubmit());
}
