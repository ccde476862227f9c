// What each shell runs to complete our command line: it asks the command itself, which knows its verbs.
import type { Completion } from './complete.ts';

/**
 * For the scripts below: the first line says what follows, and each line then has a word, a tab and what it means.
 * SECURITY: the shells take these lines as data, never as code, and a comment that others chose as text to be shown.
 */
export function completionLines(completion: Completion): string {
  if (completion.kind === 'files') return 'files';
  return ['words', ...completion.candidates.map(({ word, about }) => `${word}\t${about}`)].join('\n');
}

const bash = String.raw`# Completion of sallyport for bash. In ~/.bashrc: source <(sallyport completion bash)
_sallyport() {
    local typed=${'$'}{COMP_LINE:0:COMP_POINT} words=() piece='' prefix='' line i
    # Bash breaks words at : and =, which are parts of ours.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        if [[ $i == 0 || $typed == [[:space:]]* ]]; then
            typed=${'$'}{typed#"${'$'}{typed%%[![:space:]]*}"}
            words+=('')
            prefix=''
        else
            prefix+=$piece
        fi
        piece=${'$'}{COMP_WORDS[i]}
        ((i == COMP_CWORD)) && piece=$typed
        typed=${'$'}{typed#"$piece"}
        words[${'$'}{#words[@]} - 1]+=$piece
    done
    local current=${'$'}{words[${'$'}{#words[@]} - 1]}
    [[ $piece == [:=] ]] && prefix+=$piece
    COMPREPLY=()
    compopt +o default +o nospace 2>/dev/null
    local kind=''
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
            continue
        fi
        line=${'$'}{line%%$'\t'*}
        [[ $line == *= ]] && compopt -o nospace 2>/dev/null
        COMPREPLY+=("${'$'}{line#"$prefix"}")
    done < <(command sallyport completion words --current="$current" -- "${'$'}{words[@]:1:${'$'}{#words[@]}-2}" 2>/dev/null)
    [[ $kind == files ]] && compopt -o default 2>/dev/null
    return 0
}
complete -F _sallyport sallyport
`;

const zsh = String.raw`#compdef sallyport
# Completion of sallyport for zsh. In ~/.zshrc, below compinit: source <(sallyport completion zsh)
_sallyport() {
    local -a lines described
    local line word about
    lines=("${'$'}{(@f)$(command sallyport completion words --current="$PREFIX" -- "${'$'}{(@Q)words[2,CURRENT-1]}" 2>/dev/null)}")
    if [[ ${'$'}{lines[1]} == files ]]; then
        [[ $PREFIX == --*=* ]] && compset -P '*='
        _files
        return
    fi
    for line in "${'$'}{(@)lines[2,-1]}"; do
        word=${'$'}{line%%$'\t'*}
        about=${'$'}{line#*$'\t'}
        described+=("${'$'}{word//:/\\:}${'$'}{about:+:$about}")
    done
    if [[ ${'$'}{#described} == 1 && ${'$'}{word} == *= ]]; then
        compadd -S '' -- "$word"
    else
        _describe sallyport described
    fi
}
if [[ $funcstack[1] == _sallyport ]]; then
    _sallyport "$@"
else
    compdef _sallyport sallyport
fi
`;

const fish = String.raw`# Completion of sallyport for fish. In ~/.config/fish/config.fish: sallyport completion fish | source
function __sallyport_complete
    set -l current (commandline -ct | string unescape; or commandline -ct)
    set -l words (commandline -opc)
    set -e words[1]
    set -l lines (command sallyport completion words --current="$current" -- $words 2>/dev/null)
    if test "$lines[1]" = files
        set -l start (string match -r -- '^--[^=]*=' "$current")
        for path in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current"))
            echo "$start$path"
        end
    else
        string join \n -- $lines[2..-1]
    end
end
complete -c sallyport -f -a '(__sallyport_complete)'
`;

const powershell = String.raw`# Completion of sallyport for PowerShell. In the file that $PROFILE names:
#   sallyport completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName sallyport, sallyport.cmd -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $current = "$wordToComplete"
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    # The command is started through a batch file, to which such characters would be code.
    if (@($words + $current) -match '[&|<>^%!"()\x60\r\n]') { return }
    $lines = @(& sallyport completion words "--current=$current" -- @words 2>$null)
    if ($lines.Count -eq 0) { return }
    # Nothing from us lets PowerShell offer names of files itself.
    if ($lines[0] -eq 'files') { return }
    foreach ($line in @($lines | Select-Object -Skip 1)) {
        $word, $about = $line -split ([char]9), 2
        if (-not $about) { $about = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
    }
}
`;

export const shellScripts = { bash, zsh, fish, powershell } as const;
