// The desk around Streamlit: a session that ended leads to the sign-in page.
"use strict";
(() => {
  const look = () => {
    if (document.querySelector('[class*="st-key-signed_out"]') && !location.pathname.startsWith("/auth")) {
      location.replace("/auth/login?next=" + encodeURIComponent(location.pathname + location.search));
    }
  };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
})();
