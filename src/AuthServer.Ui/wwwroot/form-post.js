// Sends the answer on to the app. The prototype's method, because a field may be named "submit".
var form = document.querySelector("form[data-submit-at-load]");
if (form) HTMLFormElement.prototype.submit.call(form);
