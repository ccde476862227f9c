; A verb in the context menu of .ppk files, for this user; PuTTY's own association stays as it is.
!macro customInstall
  WriteRegStr HKCU "Software\Classes\SystemFileAssociations\.ppk\shell\sallyport" "" "Add to Sallyport"
  WriteRegStr HKCU "Software\Classes\SystemFileAssociations\.ppk\shell\sallyport" "Icon" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}"'
  WriteRegStr HKCU "Software\Classes\SystemFileAssociations\.ppk\shell\sallyport\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  ; The installer has copied itself here, all of it, for updates by a program of electron-builder's that we don't have.
  Delete "$LOCALAPPDATA\${APP_INSTALLER_STORE_FILE}"
  ${GetParent} "$LOCALAPPDATA\${APP_INSTALLER_STORE_FILE}" $R0
  RMDir "$R0"
!macroend

; Runs "sallyport set-up --undo-all" with ARGUMENTS to its end, or until it has said nothing for two minutes; TEXT is what it
; reports, of at most 1,024 characters, and "?" where it could not. The node.exe of the command itself, which is what is ended
; then, and not a command processor around it.
!macro setUpUndo ARGUMENTS NAME TEXT
  nsExec::Exec /TIMEOUT=120000 '"$INSTDIR\resources\cli\program\node.exe" --disable-sigusr1 "$INSTDIR\resources\cli\program\main\cli.js" set-up --undo-all ${ARGUMENTS} --report "$PLUGINSDIR\${NAME}"'
  Pop ${TEXT}
  StrCpy ${TEXT} "?"
  ${If} ${FileExists} "$PLUGINSDIR\${NAME}"
    StrCpy ${TEXT} ""
    FileOpen $setUpFile "$PLUGINSDIR\${NAME}" r
    ${Do}
      ClearErrors
      FileReadUTF16LE $setUpFile $setUpLine
      ${If} ${Errors}
        ${ExitDo}
      ${EndIf}
      StrCpy ${TEXT} "${TEXT}$setUpLine"
    ${Loop}
    FileClose $setUpFile
  ${EndIf}
  ClearErrors
!macroend

; What was changed so that other programs ask Sallyport is put back if the person wants that: they would look for an agent that
; is gone. Nobody is asked in a silent uninstallation, which puts back what needs no administrator: the same that a "yes" does, since
; logins that no longer work are the worse surprise, and nothing is lost by it (docs/set-up.md).
!macro putProgramsBack
  Var /GLOBAL setUpList
  Var /GLOBAL setUpText
  Var /GLOBAL setUpLine
  Var /GLOBAL setUpFile
  ReadEnvStr $setUpList "APPDATA"
  StrCpy $setUpList "$setUpList\Sallyport\set-up.json"
  ${If} ${FileExists} "$setUpList"
    InitPluginsDir
    ${If} $installMode == "all"
      ; SECURITY: not as administrator. What is put back is the person's, by programs of theirs, such as Git by its place in PATH.
      MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION "Sallyport may have set up other programs for you. As it is installed for all users of this computer, its uninstaller does not put them back.$\r$\n$\r$\nTo have that done, choose Cancel, run “sallyport set-up --undo-all”, and uninstall it then. Other users have to do the same." /SD IDOK IDOK +2
      Quit
    ${ElseIf} ${Silent}
      !insertmacro setUpUndo "--unattended" "undone.txt" $setUpText
    ${Else}
      !insertmacro setUpUndo "--show" "set-up.txt" $setUpText
      ${If} $setUpText == "?"
        MessageBox MB_OK|MB_ICONEXCLAMATION "What Sallyport has set up in other programs can’t be found out, so it stays as it is. $setUpList lists it."
      ${ElseIf} $setUpText != ""
        MessageBox MB_YESNO|MB_ICONQUESTION "You have let Sallyport set up other programs. It has changed:$\r$\n$\r$\n$setUpText$\r$\nPut this back as it was? If not, these programs go on looking for Sallyport when it is gone." IDNO sallyportLeftAsItIs
        DetailPrint "Putting back what was set up in other programs…"
        !insertmacro setUpUndo "--yes" "undone.txt" $setUpText
        ${If} $setUpText == "?"
          MessageBox MB_OK|MB_ICONEXCLAMATION "Sallyport has not come to an end of putting other programs back. $setUpList lists what is left."
        ${ElseIf} $setUpText != ""
          MessageBox MB_OK|MB_ICONEXCLAMATION "All else was put back, but not this:$\r$\n$\r$\n$setUpText"
        ${EndIf}
        sallyportLeftAsItIs:
      ${EndIf}
    ${EndIf}
  ${EndIf}
!macroend

!macro customUnInstall
  ; What the program wrote, the start at login first. Not in an update, which begins by this too: the program would not start at the
  ; next login, and when it wrote the entry again, enable it for those who have disabled it in the Task Manager.
  ${ifNot} ${isUpdated}
    !insertmacro putProgramsBack
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "${APP_ID}"
    ; What Electron's notifications wrote (main/shell/tray/toast-identity.ts). The shortcut, which names this class, is the
    ; installer's own by name and place, and electron-builder's script deletes it.
    DeleteRegKey HKCU "Software\Classes\CLSID\{8B986D12-87BB-44B8-8552-18DC15E5288D}"
  ${endif}
  DeleteRegKey HKCU "Software\Classes\SystemFileAssociations\.ppk\shell\sallyport"
  ; What is left of the path to it, unless another program has something there.
  DeleteRegKey /ifempty HKCU "Software\Classes\SystemFileAssociations\.ppk\shell"
  DeleteRegKey /ifempty HKCU "Software\Classes\SystemFileAssociations\.ppk"
!macroend
