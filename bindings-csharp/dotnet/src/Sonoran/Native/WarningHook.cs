using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>The function that the native library tells warnings to.</summary>
internal static unsafe class WarningHook
{
#if NET8_0_OR_GREATER
    // Sound: the function has the signature that Rust calls, and no exception leaves it.
    internal static ulong Address => (ulong)(nint)(delegate* unmanaged[Cdecl]<Ended*, nuint, void>)&Hear;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
#else
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void HearWarnings(Ended* warnings, UIntPtr count);

    // Held for as long as the process lives, since Rust does not keep it.
    private static readonly HearWarnings Kept = Hear;

    internal static ulong Address { get; } = unchecked((ulong)Marshal.GetFunctionPointerForDelegate(Kept).ToInt64());

#endif
    private static void Hear(Ended* warnings, UIntPtr count) =>
        Ended.Each(warnings, count, static (in Ended warning) => warning.Tell(WarningListener.Hear));
}
