; electron-builder's own script of the portable program, around a program of one file.
; -DOUT_FILE, -DTEMPLATES (electron-builder's), -DAPP_DIR_64 (the folder that is packed), -DUNPACK_DIR_NAME if it is set
Target amd64-unicode
OutFile "${OUT_FILE}"
!define PRODUCT_NAME "Sallyport"
!define PRODUCT_FILENAME "Sallyport"
!define APP_FILENAME "sallyport"
!define VERSION "0.0.0"
!define REQUEST_EXECUTION_LEVEL "user"
!addincludedir "${TEMPLATES}/include"
!addincludedir "${TEMPLATES}"

; A plugin of electron-builder's that is not part of NSIS: the parameters as they came.
!include FileFunc.nsh
!macro getAllParameters variable _
  ${GetParameters} ${variable}
!macroend
!define StdUtils.GetAllParameters "!insertmacro getAllParameters"

LangString win7Required 1033 "Windows 7 or later is needed."
LangString x64WinRequired 1033 "64-bit Windows is needed."
; The 32-bit program that electron-builder makes has it from its first call of a plugin, when it looks at the processor.
Section
  InitPluginsDir
SectionEnd
!include "${TEMPLATES}/portable.nsi"
