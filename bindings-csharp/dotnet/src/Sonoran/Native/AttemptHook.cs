using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>The function that the native library tells attempts to.</summary>
internal static unsafe class AttemptHook
{
#if NET8_0_OR_GREATER
    // Sound: the function has the signature that Rust calls, and no exception leaves it.
    internal static ulong Address => (ulong)(nint)(delegate* unmanaged[Cdecl]<Ended*, nuint, void>)&Hear;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
#else
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void HearAttempts(Ended* attempts, UIntPtr count);

    // Held for as long as the process lives, since Rust does not keep it.
    private static readonly HearAttempts Kept = Hear;

    internal static ulong Address { get; } = unchecked((ulong)Marshal.GetFunctionPointerForDelegate(Kept).ToInt64());

#endif
    private static void Hear(Ended* attempts, UIntPtr count) =>
        Ended.Each(attempts, count, static (in Ended attempt) => attempt.Tell(Observation.Hear));
}
