using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>The function that the native library tells the ends of calls to, as many at once as there are.</summary>
internal static unsafe class EndHook
{
#if NET8_0_OR_GREATER
    // Sound: the function has the signature that Rust calls, and no exception leaves it.
    internal static ulong Address => (ulong)(nint)(delegate* unmanaged[Cdecl]<Ended*, nuint, void>)&Hear;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
#else
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void HearEnds(Ended* ends, UIntPtr count);

    // Held for as long as the process lives, since Rust does not keep it.
    private static readonly HearEnds Kept = Hear;

    internal static ulong Address { get; } = unchecked((ulong)Marshal.GetFunctionPointerForDelegate(Kept).ToInt64());

#endif
    private static void Hear(Ended* ends, UIntPtr count)
    {
        Ended.Each(ends, count, static (in Ended end) => PendingCall.KnownBy(end.Of).Hear(end));
        Ends.Take();
    }
}
