"""Why a file could not be read: one exception, a code, and a sentence for the admin in Vietnamese and English.

Sentences live here and nowhere else, so that the terminal, the inbox report and every channel say the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened and what to do about it."""

    vi: str
    en: str


SENTENCES: dict[str, Sentence] = {
    "missing": Sentence("Không tìm thấy tệp này.", "There is no such file."),
    "folder": Sentence(
        "Đây là một thư mục, không phải tệp. Hãy chọn từng tệp kế hoạch.", "This is a folder, not a file."
    ),
    "not_a_file": Sentence("Đây không phải là tệp thông thường nên không đọc.", "This is not an ordinary file."),
    "no_permission": Sentence("Không có quyền đọc tệp này.", "No permission to read this file."),
    "empty": Sentence("Tệp trống, không có chữ nào.", "The file is empty: there are no words in it."),
    "binary": Sentence(
        "Tệp này không phải văn bản (dữ liệu nhị phân). Hãy gửi Word, PDF, ảnh, .txt hoặc .md.",
        "This is not text but binary data. Send Word, PDF, an image, .txt or .md.",
    ),
    "unsupported": Sentence(
        "Chưa đọc được loại tệp này. Hãy gửi Word (.docx, .doc, .odt), PDF, ảnh (.jpg, .png, .tiff), .txt hoặc .md.",
        "This kind of file is not read. Send Word, PDF, an image, .txt or .md.",
    ),
    "bad_encoding": Sentence(
        "Không nhận ra bảng mã của tệp (không phải UTF-8, TCVN3, VNI hay Windows-1258). "
        "Hãy mở bằng Word hoặc Notepad và lưu lại với bảng mã UTF-8.",
        "The text encoding was not recognised. Save the file again as UTF-8.",
    ),
    "encrypted": Sentence(
        "Tệp đặt mật khẩu nên không mở được. Hãy bỏ mật khẩu rồi gửi lại.",
        "The file is protected by a password. Remove the password and send it again.",
    ),
    "truncated": Sentence(
        "Tệp bị hỏng hoặc thiếu phần cuối (có thể tải chưa xong). Hãy lấy lại bản gốc.",
        "The file is damaged or cut short. Fetch the original again.",
    ),
    "too_large": Sentence(
        "Tệp quá lớn. Hãy giảm độ phân giải bản quét hoặc tách tệp rồi gửi lại.",
        "The file is too large. Lower the scan resolution or split it.",
    ),
    "too_many_pages": Sentence(
        "Tệp có quá nhiều trang so với một kế hoạch. Hãy tách riêng phần kế hoạch rồi gửi lại.",
        "The file has too many pages for a plan. Split it.",
    ),
    "image_too_large": Sentence(
        "Ảnh quá lớn (quá nhiều điểm ảnh). Hãy chụp hoặc quét lại ở 200-300 dpi.",
        "The image has too many pixels. Scan it again at 200-300 dpi.",
    ),
    "image_too_small": Sentence(
        "Ảnh quá nhỏ, không đủ nét để đọc chữ. Hãy chụp hoặc quét lại ở 200-300 dpi.",
        "The image is too small to read. Scan it again at 200-300 dpi.",
    ),
    "zip_bomb": Sentence(
        "Tệp nén chứa lượng dữ liệu bất thường nên bị từ chối để bảo vệ máy.",
        "The archive unpacks to an abnormal size and was refused.",
    ),
    "bad_archive": Sentence(
        "Tệp nén không phải là văn bản Word hay OpenDocument. Hãy giải nén rồi gửi tệp kế hoạch.",
        "The archive is not a Word or OpenDocument file.",
    ),
    "xml_entities": Sentence(
        "Tệp chứa khai báo XML nguy hiểm (DTD/thực thể) nên bị từ chối.",
        "The file declares XML entities and was refused.",
    ),
    "timeout": Sentence(
        "Đọc tệp quá lâu nên đã dừng. Tệp có thể bị hỏng; hãy lưu lại thành PDF mới rồi gửi.",
        "Reading took too long and was stopped.",
    ),
    "unfinished": Sentence(
        "Lần trước máy dừng giữa lúc đọc tệp này nên tệp được để riêng ra. Nếu khi ấy mất điện hay tắt máy, hãy thả "
        "lại tệp vào thư mục inbox; nếu vẫn vậy, hãy lưu thành tệp mới rồi gửi.",
        "The machine stopped while this file was being read, so it was set aside. After a power cut drop it into the "
        "inbox once more; if it happens again, save it as a new file.",
    ),
    "out_of_memory": Sentence(
        "Tệp đòi quá nhiều bộ nhớ nên đã dừng. Hãy tách nhỏ hoặc giảm độ phân giải.",
        "Reading needed too much memory and was stopped.",
    ),
    "crashed": Sentence(
        "Chương trình đọc tệp bị lỗi với tệp này. Tệp có thể bị hỏng; hãy lưu lại rồi gửi.",
        "The reader failed on this file. It may be damaged; save it again.",
    ),
    "no_text": Sentence(
        "Không tìm thấy chữ nào trong tệp (trang trắng hoặc ảnh quá mờ).",
        "No words were found in the file (blank pages or a blurred image).",
    ),
    "ocr_missing": Sentence(
        "Đây là bản quét hoặc ảnh, cần Tesseract để đọc nhưng máy chưa cài. "
        "Cài bằng: sudo apt-get install tesseract-ocr tesseract-ocr-vie. Tệp chữ và Word vẫn đọc được.",
        "This is a scan or an image. Install Tesseract: sudo apt-get install tesseract-ocr tesseract-ocr-vie. "
        "Text and Word files still work.",
    ),
    "secret": Sentence(
        "Văn bản đóng dấu mật nên không được nạp. Nếu cơ quan cho phép lưu trên máy này, đặt ALLOW_SECRET_PLANS=true.",
        "The document is stamped secret and is not taken in. ALLOW_SECRET_PLANS=true lets it in, if your office may.",
    ),
    "office_missing": Sentence(
        "Đọc tệp .doc, .odt, .rtf cần LibreOffice nhưng máy chưa cài. "
        "Cài bằng: sudo apt-get install libreoffice-writer-nogui; hoặc lưu lại thành .docx rồi gửi.",
        "Reading .doc, .odt and .rtf needs LibreOffice: sudo apt-get install libreoffice-writer-nogui; "
        "or save the file as .docx.",
    ),
}


class UnreadableFile(Exception):
    """A file that gives no text. `code` is a key of SENTENCES; `detail` is for the log and may be empty."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code if code in SENTENCES else "crashed"
        self.detail = detail
        super().__init__(self.sentence())

    def sentence(self, language: str = "vi") -> str:
        """What to tell the admin."""
        sentence = SENTENCES[self.code]
        return sentence.en if language == "en" else sentence.vi

    def __reduce__(self) -> tuple[type[UnreadableFile], tuple[str, str]]:
        return (UnreadableFile, (self.code, self.detail))
