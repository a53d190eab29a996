using System;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>Holds something under way in Rust, so that it can be ended. It goes on by itself when this is disposed.</summary>
internal sealed class UnderWayHandle : SafeHandle
{
    internal UnderWayHandle(ulong underWay)
        : base(IntPtr.Zero, ownsHandle: true) => SetHandle(new IntPtr(unchecked((long)underWay)));

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>Ends it, which is heard as any end is. One that has ended stays as it is.</summary>
    internal void Cancel()
    {
        var status = default(RustCallStatus);
        var underWay = NativeMethods.UnderWayClone(this, ref status);
        status.ThrowIfFailed();
        NativeMethods.UnderWayCancel(underWay, ref status);
        status.ThrowIfFailed();
    }

    /// <summary>Gives a handle back that nobody needs.</summary>
    internal static void Free(ulong underWay)
    {
        var status = default(RustCallStatus);
        NativeMethods.UnderWayFree(underWay, ref status);
    }

    protected override bool ReleaseHandle()
    {
        Free(unchecked((ulong)handle.ToInt64()));
        return true;
    }
}
