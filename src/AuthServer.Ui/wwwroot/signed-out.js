// Goes back to the app once the frames of all apps are loaded, or have had their time. Without script the page's refresh does it.
(function () {
  var longest = 4000;
  var onward = document.querySelector("a[data-go-on]");
  if (!onward) return;
  var gone = false;
  function go() {
    if (gone) return;
    gone = true;
    location.replace(onward.href);
  }
  // The load of a window waits for its frames.
  if (document.readyState === "complete") go();
  else addEventListener("load", go);
  setTimeout(go, longest);
})();
