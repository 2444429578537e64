// Goes on at once, and leaves no entry in the history to come back to. Without script the page's refresh does it.
var onward = document.querySelector("a[data-go-on]");
if (onward) location.replace(onward.href);
