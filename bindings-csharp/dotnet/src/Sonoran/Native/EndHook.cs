using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>The function that the native library tells the ends of calls to.</summary>
internal static class EndHook
{
#if NET8_0_OR_GREATER
    // Sound: the function has the signature that Rust calls, and no exception leaves it.
    internal static unsafe ulong Address => (ulong)(nint)(delegate* unmanaged[Cdecl]<ulong, sbyte, RustBuffer, void>)&Hear;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
#else
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void HearEnd(ulong knownBy, sbyte code, RustBuffer result);

    // Held for as long as the process lives, since Rust does not keep it.
    private static readonly HearEnd Kept = Hear;

    internal static ulong Address { get; } = unchecked((ulong)Marshal.GetFunctionPointerForDelegate(Kept).ToInt64());

#endif
    private static void Hear(ulong knownBy, sbyte code, RustBuffer result) => PendingCall.KnownBy(knownBy).Hear(code, result);
}
