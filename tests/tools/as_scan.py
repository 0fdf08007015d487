"""The sample plan as paper: its PDF pages as a scan (200 dpi, a little skewed, noisy) and one page as a phone photo."""

from __future__ import annotations

import io
import random
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from PIL import Image

DPI = 200


def to_scan(pdf: Path, path: Path, quality: int = 42) -> None:
    """Every page as a grey JPEG inside a PDF without a text layer."""
    chance = random.Random(7)
    pages = [_scanned(image, chance, quality) for image in _pages(pdf)]
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=DPI, quality=quality)


def to_photo(pdf: Path, path: Path, page: int) -> None:
    """One page as a phone sees it lying on a table: in perspective, unevenly lit, a little soft."""
    paper = np.asarray(_pages(pdf)[page - 1].convert("L"))
    height, width = paper.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    seen = np.array([[130, 150], [1700, 105], [1770, 2420], [75, 2380]], dtype=np.float32)
    view = cv2.warpPerspective(paper, cv2.getPerspectiveTransform(corners, seen), (1850, 2520), borderValue=88)
    shade = np.linspace(0.68, 1.0, view.shape[1])[None, :] * np.linspace(1.0, 0.85, view.shape[0])[:, None]
    noise = np.random.default_rng(7).normal(0, 3, view.shape)
    photo = np.clip(cv2.GaussianBlur(view, (3, 3), 0.6) * shade + noise, 0, 255).astype(np.uint8)
    Image.fromarray(photo).save(path, quality=60)


def _pages(pdf: Path) -> list[Image.Image]:
    document = pdfium.PdfDocument(pdf)
    return [document[index].render(scale=DPI / 72, grayscale=True).to_pil() for index in range(len(document))]


def _scanned(image: Image.Image, chance: random.Random, quality: int) -> Image.Image:
    skewed = image.rotate(
        chance.choice((-1, 1)) * chance.uniform(0.4, 0.9), resample=Image.Resampling.BICUBIC, fillcolor=255
    )
    pixels = np.asarray(skewed).astype(np.float32)
    noise = np.random.default_rng(chance.randrange(1 << 30)).normal(0, 5, pixels.shape)
    grey = Image.fromarray(np.clip(pixels * 0.93 + 12 + noise, 0, 255).astype(np.uint8))
    buffer = io.BytesIO()
    grey.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)
