@echo off
rem The sallyport command, in the Node.js of its own folder. That is the last line, so that its exit code is ours.
goto start

rem Asked within a call, since a file that was called by "sallyport" in quotes takes the working directory for its own.
:find
set "here=%~dp0"
exit /b

:start
setlocal EnableExtensions DisableDelayedExpansion
call :find
"%here%program\node.exe" --disable-sigusr1 "%here%program\main\cli.js" %*
