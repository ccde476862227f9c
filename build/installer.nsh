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

!macro customUnInstall
  ; What the program wrote, the start at login first. Not in an update, which begins by this too: the program would not start at the
  ; next login, and when it wrote the entry again, enable it for those who have disabled it in the Task Manager.
  ${ifNot} ${isUpdated}
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
