"""Short forms of chat, typed by everybody, and the words they stand for. Office abbreviations: `abbreviations.py`."""

from __future__ import annotations

# Short form: what it may mean; the words around it choose, also whether it is left as typed ("điểm e", "em"). Only
# forms that are hardly ever words of their own.
_LINES = """
k ko kg hk hok hong hông hem khg hog khog hongg kô kh: không
dc đc dk đk dcj đcj đựơc: được
j ji gj: gì
vs: với
bn: bao nhiêu
bnhieu bnhiêu: bao nhiêu
ntn: như thế nào
tnao tn: thế nào
mn mng: mọi người, mầm non
ng ngừi: người
ngta: người ta
lm: làm
trc: trước
cx cug cũg: cũng
z zậy v: vậy
r: rồi
h: giờ
bh: bao giờ, bây giờ
hqua: hôm qua
hnay: hôm nay
bik bít bít: biết
mk mik: mình
nv nvu nvụ: nhiệm vụ
tgian tg: thời gian
hs: hồ sơ, học sinh
vb: văn bản
cv: công việc, công văn
bc: báo cáo
kq: kết quả
kp: kinh phí
kh: không, kế hoạch
đv dv: đơn vị, dịch vụ
lquan lq: liên quan
thg: tháng
nhìu: nhiều
nhiu: nhiêu, nhiều
vd: ví dụ
sđt sdt: số điện thoại
pt: phát triển
ns: ngân sách, nói
nc: nước
qđ qd: quyết định
đg: đang
e: em
ac: anh chị
cty: công ty
gđ: gia đình
ktra: kiểm tra
đkí đky dky: đăng ký
tkhai: triển khai
lun: luôn
mún: muốn
""".strip()


def _habits() -> dict[str, tuple[tuple[str, ...], ...]]:
    found = {}
    for line in _LINES.splitlines():
        short, _, meanings = line.partition(": ")
        readings = tuple(tuple(meaning.split()) for meaning in meanings.split(", "))
        found.update(dict.fromkeys(short.split(), readings))
    return found


HABITS = _habits()
