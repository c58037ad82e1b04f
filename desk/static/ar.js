// Arabic where Streamlit 1.67 has fixed English: pins the locale before it loads, then translates its own labels as they appear.
"use strict";
(() => {
  for (const [name, value] of [["language", "ar-AE"], ["languages", Object.freeze(["ar-AE", "ar"])]]) {
    Object.defineProperty(Navigator.prototype, name, { get: () => value, configurable: true })
  }
  const WORDS = new Map(Object.entries({
    "Choose an option": "اختر",
    "Choose options": "اختر",
    "Choose or add an option": "اختر أو أضف",
    "Choose or add options": "اختر أو أضف",
    "Add an option": "أضف",
    "Select all": "تحديد الكل",
    "Show suggestions": "عرض المقترحات",
    "Selected values": "ما اختير",
    "Selectbox options": "الخيارات",
    "No options to select.": "لا خيارات",
    "Increment": "زيادة",
    "Decrement": "إنقاص",
    "dd": "يوم",
    "mm": "شهر",
    "yyyy": "سنة",
    "Choose date range": "اختر المدة",
    "Choose date and time": "اختر التاريخ والوقت",
    "Next month": "الشهر التالي",
    "Previous month": "الشهر السابق",
    "Upload failed": "تعذّر الرفع",
    "Uploading...": "جارٍ الرفع…",
    "Show password": "إظهار كلمة المرور",
    "Hide password": "إخفاء كلمة المرور",
    "Dismiss": "إغلاق",
    "progress": "التقدّم",
    "Select...": "اختر",
    "Date range": "المدة",
    "Quick select a date range": "مُدد جاهزة",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.": "تنقّل بين الأيام بالأسهم، واختر بمفتاح Enter، وأغلق بمفتاح Esc.",
    "Error:": "خطأ:",
    "Add files": "إضافة ملفات",
    "Add file": "إضافة ملف",
    "add icon": "إضافة",
    "No options to select": "لا خيارات",
    "No results": "لا نتائج",
    "No results match your search": "لا نتائج",
    "Press Enter to apply": "اضغط Enter للتطبيق",
    "Press Enter to submit form": "اضغط Enter للإرسال",
    "Press Ctrl+Enter to apply": "اضغط Ctrl + Enter للتطبيق",
    "Press ⌘+Enter to apply": "اضغط ⌘ + Enter للتطبيق",
    "Upload": "اختيار ملف",
    "Browse files": "اختيار ملف",
    "Drag and drop file here": "أو أفلته هنا",
    "Drag and drop files here": "أو أفلت الملفات هنا",
    "Close": "إغلاق",
    "Clear value": "مسح",
    "Clear all": "مسح الكل",
    "Clear search": "مسح البحث",
    "Open": "فتح",
    "Main menu": "القائمة",
    "Deploy": "نشر",
    "Stop": "إيقاف",
    "Running...": "جارٍ العمل…",
    "Connecting": "جارٍ الاتصال",
    "Connection lost": "انقطع الاتصال",
    "Skip to main content": "انتقل إلى المحتوى",
    "Skip to content": "انتقل إلى المحتوى",
    "Open sidebar": "فتح القائمة الجانبية",
    "Close sidebar": "إغلاق القائمة الجانبية",
    "Collapse sidebar": "طي القائمة الجانبية",
    "Expand sidebar": "فتح القائمة الجانبية",
    "Show password text": "إظهار كلمة المرور",
    "Hide password text": "إخفاء كلمة المرور",
    "Help": "مساعدة",
    "Fullscreen": "ملء الشاشة",
    "Close fullscreen": "إنهاء ملء الشاشة",
    "Copy to clipboard": "نسخ",
    "Copied": "نُسخ",
    "Copy link to heading": "نسخ رابط العنوان",
    "Link to heading": "رابط العنوان",
    "App": "مجلس",
    "App pages": "الصفحات",
    "Sidebar": "القائمة الجانبية",
    "Choose date": "اختر التاريخ",
    "Choose time": "اختر الوقت",
    "file upload": "اختيار ملف",
    "Today": "اليوم",
    "Loading...": "جارٍ التحميل…",
    "Notifications": "تنبيهات",
    "Remove file": "إزالة الملف",
    "Sidebar navigation": "الصفحات",
    "Page not found": "الصفحة غير موجودة",
  }))
  const PATTERNS = [
    [/^Selected (.+?)\. (.+)$/, "$2: $1"],
    [/^(\d+)MB per file(?: • (.+))?$/, "حتى $1 م.ب $2"],
    [/^Limit (\d+)MB per file(?: • (.+))?$/, "حتى $1 م.ب للملف $2"],
    [/^Remove (.+)$/, "إزالة $1"],
    [/^Help for (.+)$/, "شرح: $1"],
    [/^(\d+) options? available\.$/, "الخيارات المتاحة: $1"],
    [/^Choose date(?: range)?, (.+)$/, "اختر التاريخ، $1"],
    [/^(.+) files are not allowed\.$/, "لا تُقبل ملفات $1."],
    [/^year, (.+) start date$/, "السنة، $1: من"],
    [/^month, (.+) start date$/, "الشهر، $1: من"],
    [/^day, (.+) start date$/, "اليوم، $1: من"],
    [/^year, (.+) end date$/, "السنة، $1: إلى"],
    [/^month, (.+) end date$/, "الشهر، $1: إلى"],
    [/^day, (.+) end date$/, "اليوم، $1: إلى"],
    [/^(.+) start date$/, "$1: من"],
    [/^(.+) end date$/, "$1: إلى"],
    [/^year, (.+)$/, "السنة، $1"],
    [/^month, (.+)$/, "الشهر، $1"],
    [/^day, (.+)$/, "اليوم، $1"],
  ]
  const NAMES = ["aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription"]
  // what people wrote is never touched: fields, our own pieces, the words of the public
  const FOREIGN = 'textarea, input, [data-testid="stHtml"], [data-testid="stBidiComponent"], script, style'

  const arabic = text => {
    const plain = text.trim()
    if (!/[A-Za-z]/.test(plain)) return null
    if (WORDS.has(plain)) return WORDS.get(plain)
    for (const [pattern, into] of PATTERNS) if (pattern.test(plain)) return plain.replace(pattern, into)
    return null
  }
  const attributes = node => {
    for (const name of NAMES) {
      const value = node.getAttribute?.(name)
      const better = value && arabic(value)
      if (better) node.setAttribute(name, better)
    }
  }
  const words = node => {
    if (node.parentElement?.closest(FOREIGN)) return
    const better = arabic(node.data)
    if (better) node.data = better
  }
  const walk = root => {
    if (root.nodeType === Node.TEXT_NODE) return words(root)
    if (root.nodeType !== Node.ELEMENT_NODE) return
    attributes(root)
    const all = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
    while (all.nextNode()) all.currentNode.nodeType === Node.TEXT_NODE ? words(all.currentNode) : attributes(all.currentNode)
  }
  new MutationObserver(changes => {
    for (const change of changes) {
      if (change.type === "attributes") attributes(change.target)
      else if (change.type === "characterData") words(change.target)
      else change.addedNodes.forEach(walk)
    }
  }).observe(document, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: NAMES })
})()
