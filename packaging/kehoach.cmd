@echo off
rem Starts Kehoach in the Debian of WSL, where docs\vi\README.md put it. Not yet tried on a real Windows machine.
chcp 65001 >nul
title Kehoach
where wsl >nul 2>nul
if errorlevel 1 (
    echo May nay chua co WSL. Mo PowerShell voi quyen quan tri va chay: wsl --install -d Debian
    pause
    exit /b 1
)
wsl -d Debian -- bash -lc "cd ~/kehoach && make run"
if errorlevel 1 pause
