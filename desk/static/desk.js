// The desk around Streamlit: where its server is; a session that ended leads to the sign-in page.
"use strict";
// Streamlit would look for its server under the page's own address first, and log the 404s
window.__streamlit = { BACKEND_BASE_URL: location.origin };
(() => {
  const look = () => {
    // Streamlit calls a group with a name and a field in it "presentation", which hides the name
    for (const drop of document.querySelectorAll('[data-testid="stFileUploaderDropzone"][role="presentation"]')) drop.setAttribute("role", "group");
    if (document.querySelector('[class*="st-key-signed_out"]') && !location.pathname.startsWith("/auth")) {
      watching.disconnect(); // once: a second call would break off the first
      location.replace("/auth/login?next=" + encodeURIComponent(location.pathname + location.search));
    }
  };
  const watching = new MutationObserver(look);
  watching.observe(document.documentElement, { childList: true, subtree: true });
})();
