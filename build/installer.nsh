; What electron-builder's script does otherwise (docs/decisions.md): it ends programs whose folder has a name that
; begins like ours, and deletes the whole folder, whatever else is in it.
!define INSTALLED_LIST "resources\installed-files.txt"

!macro customHeader
  Var programDir
  Var listHandle
  !ifdef BUILD_UNINSTALLER
    !insertmacro programFunctions "un."
    !insertmacro removalFunctions
  !else
    !insertmacro programFunctions ""
    !insertmacro listFunction
  !endif
!macroend

; ---- Programs that run from the folder ----

!macro programFunctions UN
  ; In $0 the program of ours in $programDir that can't be written to, since it runs; empty when none does.
  Function ${UN}findRunning
    Push $1
    Push $2
    StrCpy $0 ""
    StrCpy $1 "\${APP_EXECUTABLE_FILENAME}"
    ${Do}
      ${If} ${FileExists} "$programDir$1"
        ClearErrors
        FileOpen $2 "$programDir$1" a
        ${If} ${Errors}
          StrCpy $0 "$programDir$1"
          ${ExitDo}
        ${EndIf}
        FileClose $2
      ${EndIf}
      ${If} $1 == "\resources\cli\program\node.exe"
        ${ExitDo}
      ${EndIf}
      StrCpy $1 "\resources\cli\program\node.exe"
    ${Loop}
    ClearErrors
    Pop $2
    Pop $1
  FunctionEnd

  ; As findRunning, once that finds another program than the one in $0, or none, or after as many tenths of a second as are on
  ; the stack.
  Function ${UN}awaitEnd
    Exch $1
    Push $2
    StrCpy $2 $0
    ${Do}
      Call ${UN}findRunning
      ${If} $0 != $2
      ${OrIf} $1 <= 0
        ${ExitDo}
      ${EndIf}
      IntOp $1 $1 - 1
      Sleep 100
    ${Loop}
    Pop $2
    Pop $1
  FunctionEnd

  ; Ends what runs from $programDir by the path of its program: others may bear the same name.
  Function ${UN}endByPath
    Push $1
    Push $2
    Push $3
    Push $4
    Push $5
    Push $6
    Push $7
    Push $8
    StrLen $7 "$programDir\"
    System::Call 'kernel32::GetCurrentProcessId() i .r8'
    System::Call 'kernel32::CreateToolhelp32Snapshot(i 2, i 0) p .r1'
    System::Alloc 1024
    Pop $2
    ; A PROCESSENTRY32W.
    !if "${NSIS_PTR_SIZE}" == "8"
      System::Call '*$2(i 568)'
    !else
      System::Call '*$2(i 556)'
    !endif
    System::Call 'kernel32::Process32FirstW(p r1, p r2) i .r3'
    ${DoWhile} $3 == 1
      System::Call '*$2(i, i, i .r4)'
      ${If} $4 != $8
        ; To end it, and to ask for its path.
        System::Call 'kernel32::OpenProcess(i 0x1001, i 0, i r4) p .r5'
        ${If} $5 != 0
          StrCpy $6 ""
          System::Call 'kernel32::QueryFullProcessImageNameW(p r5, i 0, w .r6, *i ${NSIS_MAX_STRLEN})'
          StrCpy $6 $6 $7
          ${If} $6 == "$programDir\"
            System::Call 'kernel32::TerminateProcess(p r5, i 1)'
          ${EndIf}
          System::Call 'kernel32::CloseHandle(p r5)'
        ${EndIf}
      ${EndIf}
      System::Call 'kernel32::Process32NextW(p r1, p r2) i .r3'
    ${Loop}
    System::Free $2
    System::Call 'kernel32::CloseHandle(p r1)'
    Pop $8
    Pop $7
    Pop $6
    Pop $5
    Pop $4
    Pop $3
    Pop $2
    Pop $1
  FunctionEnd

  ; Ends what runs from $programDir, having asked. Leaves the installer with 2 when that is not wanted, or can't be done.
  Function ${UN}endPrograms
    Push $0
    Call ${UN}findRunning
    ${If} $0 != ""
      ${IfNot} ${isUpdated}
        MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION "Sallyport is running, in the tray or by its command. It is ended now, and no program can use the keys that it holds until it runs again." /SD IDOK IDOK endNow
        SetErrorLevel 2
        Quit
        endNow:
      ${EndIf}
      ${Do}
        ; SECURITY: not as administrator (SECURITY.md).
        ${If} $0 == "$programDir\${APP_EXECUTABLE_FILENAME}"
        ${AndIfNot} ${UAC_IsAdmin}
          ; What it still has to write is written.
          Exec '"$0" --quit'
          Push 150
          Call ${UN}awaitEnd
        ${EndIf}
        ${If} $0 != ""
          Call ${UN}endByPath
          Push 50
          Call ${UN}awaitEnd
        ${EndIf}
        ${If} $0 == ""
          ${ExitDo}
        ${EndIf}
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$0 can’t be ended: it may have been started as administrator, or by another user of this computer. Quit it there, and try again.$\r$\n$\r$\nNothing has been changed." /SD IDCANCEL IDRETRY again
        SetErrorLevel 2
        Quit
        again:
      ${Loop}
    ${EndIf}
    Pop $0
  FunctionEnd
!macroend

!macro customCheckAppRunning
  StrCpy $programDir $INSTDIR
  !ifdef BUILD_UNINSTALLER
    Call un.endPrograms
  !else
    !insertmacro takeFolderOfOurOwn
    StrCpy $programDir $INSTDIR
    Call endPrograms
    ; Where the version is that is replaced, if another folder was chosen.
    ReadRegStr $programDir SHELL_CONTEXT "${INSTALL_REGISTRY_KEY}" InstallLocation
    ${If} $programDir != ""
      Call endPrograms
    ${EndIf}
  !endif
!macroend

; ---- The folder ----

; RESULT is "yes" when there are files in DIR, and no Sallyport is installed there.
!macro hasOthersFiles DIR RESULT
  StrCpy ${RESULT} "no"
  ReadRegStr $R1 SHELL_CONTEXT "${INSTALL_REGISTRY_KEY}" InstallLocation
  ${If} ${DIR} != $R1
  ${AndIfNot} ${FileExists} "${DIR}\${UNINSTALL_FILENAME}"
    FindFirst $R2 $R3 "${DIR}\*.*"
    ${DoUntil} $R3 == ""
      ${If} $R3 != "."
      ${AndIf} $R3 != ".."
        StrCpy ${RESULT} "yes"
        ${ExitDo}
      ${EndIf}
      FindNext $R2 $R3
    ${Loop}
    FindClose $R2
  ${EndIf}
  ClearErrors
!macroend

; A folder with other people's files, such as C:\Tools, gets one of ours inside: files of the same names would be overwritten.
!macro takeFolderOfOurOwn
  !insertmacro hasOthersFiles $INSTDIR $R0
  ${If} $R0 == "yes"
    StrCpy $INSTDIR "$INSTDIR\${APP_FILENAME}"
    !insertmacro hasOthersFiles $INSTDIR $R0
    ${If} $R0 == "yes"
      MessageBox MB_OK|MB_ICONSTOP "There are other files in $INSTDIR, which would be mixed with those of Sallyport. Install it into another folder.$\r$\n$\r$\nNothing has been changed." /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    StrCpy $appExe "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
  ${EndIf}
!macroend

; ---- What was installed ----

!macro listFunction
  ; Writes the paths of what is in the folder of the package that is on the stack, such as "\resources", each below $INSTDIR;
  ; those of folders end in a backslash and come after their contents.
  Function listFiles
    Exch $0
    Push $1
    Push $2
    FindFirst $1 $2 "$PLUGINSDIR\7z-out$0\*.*"
    ${DoUntil} $2 == ""
      ${If} $2 != "."
      ${AndIf} $2 != ".."
        ${If} ${FileExists} "$PLUGINSDIR\7z-out$0\$2\*.*"
          Push "$0\$2"
          Call listFiles
          FileWriteUTF16LE $listHandle "$0\$2\$\r$\n"
        ${Else}
          FileWriteUTF16LE $listHandle "$0\$2$\r$\n"
        ${EndIf}
      ${EndIf}
      FindNext $1 $2
    ${Loop}
    FindClose $1
    Pop $2
    Pop $1
    Pop $0
  FunctionEnd
!macroend

!macro writeInstalledList
  ; electron-builder's script has unpacked it there, and removes it only where it could not copy it from there.
  ${IfNot} ${FileExists} "$PLUGINSDIR\7z-out\${APP_EXECUTABLE_FILENAME}"
    SetOutPath "$PLUGINSDIR\7z-out"
    Nsis7z::Extract "$PLUGINSDIR\app-$packageArch.7z"
    SetOutPath $INSTDIR
  ${EndIf}
  FileOpen $listHandle "$INSTDIR\${INSTALLED_LIST}" w
  Push ""
  Call listFiles
  FileClose $listHandle
!macroend

!macro removalFunctions
  ; The next path of the list in $1, and in $2 whether it is a "file" or a "folder"; $2 is empty at the end.
  Function un.readPath
    StrCpy $2 ""
    ClearErrors
    FileReadUTF16LE $listHandle $1
    ${IfNot} ${Errors}
      StrCpy $2 "file"
      StrCpy $1 $1 -2
      StrCpy $3 $1 "" -1
      ${If} $3 == "\"
        StrCpy $2 "folder"
      ${EndIf}
    ${EndIf}
    ClearErrors
  FunctionEnd

  ; Moves each file that was installed out of the folder; all of them stay, and the uninstaller ends with 2, if one can't be moved.
  Function un.moveInstalled
    CreateDirectory "$PLUGINSDIR\old-install"
    StrCpy $4 0
    StrCpy $5 ""
    FileOpen $listHandle "$INSTDIR\${INSTALLED_LIST}" r
    ${Do}
      Call un.readPath
      ${If} $2 == ""
        ${ExitDo}
      ${EndIf}
      IntOp $4 $4 + 1
      ${If} $2 == "file"
      ${AndIf} ${FileExists} "$INSTDIR$1"
        ClearErrors
        Rename "$INSTDIR$1" "$PLUGINSDIR\old-install\$4"
        ${If} ${Errors}
          StrCpy $5 "$INSTDIR$1"
          ${ExitDo}
        ${EndIf}
      ${EndIf}
    ${Loop}
    ${If} $5 != ""
      FileSeek $listHandle 0
      StrCpy $4 0
      ${Do}
        Call un.readPath
        IntOp $4 $4 + 1
        ${If} $2 == ""
          ${ExitDo}
        ${EndIf}
        ${If} ${FileExists} "$PLUGINSDIR\old-install\$4"
          Rename "$PLUGINSDIR\old-install\$4" "$INSTDIR$1"
        ${EndIf}
      ${Loop}
      FileClose $listHandle
      Abort "$5 is used by a program and can’t be replaced."
    ${EndIf}
    FileClose $listHandle
  FunctionEnd

  ; Deletes what was installed, and no more. In $5 what could not be deleted.
  Function un.deleteInstalled
    StrCpy $5 ""
    FileOpen $listHandle "$INSTDIR\${INSTALLED_LIST}" r
    ${Do}
      Call un.readPath
      ${If} $2 == ""
        ${ExitDo}
      ${ElseIf} $2 == "folder"
        RMDir "$INSTDIR$1"
      ${Else}
        Delete "$INSTDIR$1"
        ${If} ${FileExists} "$INSTDIR$1"
          StrCpy $5 "$INSTDIR$1"
        ${EndIf}
      ${EndIf}
    ${Loop}
    FileClose $listHandle
  FunctionEnd
!macroend

!macro customRemoveFiles
  InitPluginsDir
  ; Out of the folder, which could not be removed otherwise.
  SetOutPath $TEMP
  ${If} ${FileExists} "$INSTDIR\${INSTALLED_LIST}"
    ${If} ${isUpdated}
      Call un.moveInstalled
    ${EndIf}
    Call un.deleteInstalled
    ${If} $5 != ""
      MessageBox MB_OK|MB_ICONEXCLAMATION "$5 is used by a program and stays. Delete it when that has ended." /SD IDOK
    ${EndIf}
    Delete "$INSTDIR\${INSTALLED_LIST}"
  ${Else}
    Delete "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
    MessageBox MB_OK|MB_ICONEXCLAMATION "The list of what was installed is gone, so the program alone is removed. Delete what is left in $INSTDIR." /SD IDOK
  ${EndIf}
  Delete "$INSTDIR\${UNINSTALL_FILENAME}"
  RMDir "$INSTDIR\resources"
  RMDir "$INSTDIR"
  ClearErrors
!macroend

; electron-builder's own box would wait for somebody in a silent installation, too.
!macro customUnInstallCheck
  ${If} ${Errors}
    DetailPrint "The uninstaller of the version before is missing."
  ${ElseIf} $R0 != 0
    MessageBox MB_OK|MB_ICONEXCLAMATION "The version that is installed can’t be replaced, as a program uses one of its files. It stays as it is; end that program, or restart Windows, and try again." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
!macroend

; ---- What else the installer adds, and the uninstaller takes away ----

; A verb in the context menu of .ppk files, for this user; PuTTY's own association stays as it is.
!macro customInstall
  !insertmacro writeInstalledList
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
