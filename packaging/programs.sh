#!/bin/sh
# programs.sh [--tests]: the Debian programs that Kehoach uses, installed where that is allowed, named in one line where not.
#
# Scans and photos need Tesseract with Vietnamese; .doc, .odt, .rtf and page pictures of Word files need LibreOffice; the
# tests of the web page need chromium. Nothing stops without them. KEHOACH_PROGRAMS=no leaves everything as it is.
# APT_GET and SUDO name other programs, LIBRARIES another folder, for the test of this script.
apt=${APT_GET:-apt-get}
libraries=${LIBRARIES:-/usr/lib}
sudo=${SUDO:-sudo}
missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }

[ "${KEHOACH_PROGRAMS:-yes}" = no ] && exit 0
need tesseract "tesseract-ocr tesseract-ocr-vie"
command -v soffice >/dev/null 2>&1 || need libreoffice libreoffice-writer-nogui
if [ "$1" = --tests ]; then
    need chromium chromium
    found=""  # a library of what drives the browser; chromium brings it along no more
    for each in "$libraries"/libatomic.so.1 "$libraries"/*/libatomic.so.1; do [ -e "$each" ] && found=yes; done
    [ -n "$found" ] || missing="$missing libatomic1"
fi
if command -v tesseract >/dev/null 2>&1 && ! tesseract --list-langs 2>/dev/null | grep -qE '^(vie|script/Vietnamese)$'; then
    missing="$missing tesseract-ocr-vie"
fi
missing=${missing# }
[ -z "$missing" ] && exit 0

told="Chưa có: $missing. Bot vẫn chạy; để đọc bản quét, ảnh, .doc: sudo apt-get install $missing"
if ! command -v "$apt" >/dev/null 2>&1; then
    echo "$told" >&2
elif [ "$(id -u)" = 0 ] || "$sudo" -n true 2>/dev/null; then
    [ "$(id -u)" = 0 ] && sudo="env"
    echo "Cài các chương trình Debian mà bot dùng: $missing … (KEHOACH_PROGRAMS=no để bỏ qua)" >&2
    quick="-qq -o Acquire::Retries=0 -o Acquire::http::Timeout=15"
    # shellcheck disable=SC2086  # lists of words on purpose
    "$sudo" DEBIAN_FRONTEND=noninteractive "$apt" $quick update >&2 &&
        "$sudo" DEBIAN_FRONTEND=noninteractive "$apt" $quick install -y --no-install-recommends $missing >&2 ||
        echo "Không cài được. $told" >&2
else
    echo "$told" >&2
fi
exit 0
