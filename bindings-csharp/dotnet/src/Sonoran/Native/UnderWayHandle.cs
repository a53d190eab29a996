using System;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>Holds a call under way in Rust; freeing it drops whatever the call still has, its request included.</summary>
internal sealed class FutureHandle : SafeHandle
{
    internal FutureHandle(ulong future)
        : base(IntPtr.Zero, ownsHandle: true) => SetHandle(new IntPtr(unchecked((long)future)));

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>Moves the call on. The callback hears of it once: whether it is ready, or may be polled again.</summary>
    internal void Poll(IntPtr callback, ulong data) => NativeMethods.FuturePoll(this, callback, data);

    /// <summary>Ends the call: its callback hears at once that it is ready.</summary>
    internal void Cancel() => NativeMethods.FutureCancel(this);

    /// <summary>The result of a call that is ready.</summary>
    internal byte[] Complete()
    {
        var status = default(RustCallStatus);
        return NativeMethods.FutureComplete(this, ref status).Taken(ref status);
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.FutureFree(unchecked((ulong)handle.ToInt64()));
        return true;
    }
}
