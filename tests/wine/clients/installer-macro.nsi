; Runs one macro of build/installer.nsh, amid what electron-builder's own script defines.
; -DOUT_FILE, -DINSTALL_DIR, -DMACRO, -DINCLUDE, -DINSTALL_MODE; silent by /S alone
Target amd64-unicode
Name "Sallyport"
RequestExecutionLevel user
AutoCloseWindow true
Page instfiles
Var installMode
OutFile "${OUT_FILE}"
InstallDir "${INSTALL_DIR}"

!include LogicLib.nsh
!include FileFunc.nsh
!define APP_EXECUTABLE_FILENAME "Sallyport.exe"
!define APP_ID "io.sallyport.app"
!define APP_INSTALLER_STORE_FILE "sallyport-updater\installer.exe"
!macro _isUpdated _a _b _t _f
  ${GetParameters} $R8
  ClearErrors
  ${GetOptions} $R8 "--updated" $R9
  StrCpy $R9 "true"
  ${If} ${Errors}
    StrCpy $R9 "false"
  ${EndIf}
  StrCmp $R9 "true" `${_t}` `${_f}`
!macroend
!define isUpdated `"" isUpdated ""`
!include "${INCLUDE}"

Section
  StrCpy $installMode "${INSTALL_MODE}"
  !insertmacro ${MACRO}
SectionEnd
