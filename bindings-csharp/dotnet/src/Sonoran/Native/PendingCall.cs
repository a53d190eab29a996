using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Sonoran.Native;

/// <summary>Drives one call in Rust to its end and hands the result to a task.</summary>
/// <remarks>
/// Rust wakes the call from a thread of its own, which must not run .NET code for long: the next poll goes to
/// the thread pool. "Ready" is heard only inside a poll or a cancellation, so on a thread of .NET's, and there
/// the call is completed at once.
/// </remarks>
internal sealed class PendingCall
#if NET8_0_OR_GREATER
    : IThreadPoolWorkItem
#endif
{
    private const sbyte Ready = 0;

    private readonly FutureHandle _future;
    private readonly CancellationToken _cancellationToken;
    private readonly TaskCompletionSource<byte[]> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;
    private GCHandle _self;

    private PendingCall(FutureHandle future, CancellationToken cancellationToken)
    {
        _future = future;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Runs the call; the task ends with the response's JSON.</summary>
    internal static Task<byte[]> Run(FutureHandle future, CancellationToken cancellationToken)
    {
        var call = new PendingCall(future, cancellationToken);
        // Before the first poll, after which the call may end on another thread at any moment.
        call._registration = Register(call, cancellationToken);
        // Keeps the call and its future alive while only Rust refers to it.
        call._self = GCHandle.Alloc(call);
        call.Poll();
        return call._result.Task;
    }

#if NET8_0_OR_GREATER
    void IThreadPoolWorkItem.Execute() => Poll();
#endif

    private void Poll() => _future.Poll(Callback, unchecked((ulong)GCHandle.ToIntPtr(_self).ToInt64()));

    private void PollSoon()
    {
#if NET8_0_OR_GREATER
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
#else
        ThreadPool.UnsafeQueueUserWorkItem(static call => ((PendingCall)call!).Poll(), this);
#endif
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong belongs to the task; nothing may pass into Rust.")]
    private void Complete()
    {
        // First, so that no cancellation is still using the future when it is freed below.
        _registration.Dispose();
        try
        {
            _result.TrySetResult(_future.Complete());
        }
        catch (OperationCanceledException)
        {
            _result.TrySetCanceled(_cancellationToken);
        }
        catch (Exception exception)
        {
            _result.TrySetException(exception);
        }

        _future.Dispose();
        _self.Free();
    }

    private static void OnProgress(ulong data, sbyte state)
    {
        // Sound: the handle is freed only in Complete, which follows the last poll, and each poll calls back once.
        var call = (PendingCall)GCHandle.FromIntPtr(new IntPtr(unchecked((long)data))).Target!;
        if (state == Ready)
        {
            call.Complete();
        }
        else
        {
            call.PollSoon();
        }
    }

#if NET8_0_OR_GREATER
    // Sound: the function has the signature that Rust calls, and no exception leaves it.
    private static unsafe IntPtr Callback => (IntPtr)(delegate* unmanaged[Cdecl]<ulong, sbyte, void>)&OnProgressFromRust;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnProgressFromRust(ulong data, sbyte state) => OnProgress(data, state);

    private static CancellationTokenRegistration Register(PendingCall call, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static call => ((PendingCall)call!)._future.Cancel(), call);
#else
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void ProgressCallback(ulong data, sbyte state);

    // Held for as long as the process lives, since Rust does not keep it.
    private static readonly ProgressCallback KeptCallback = OnProgress;

    private static readonly IntPtr Callback = Marshal.GetFunctionPointerForDelegate(KeptCallback);

    private static CancellationTokenRegistration Register(PendingCall call, CancellationToken cancellationToken) =>
        cancellationToken.Register(static call => ((PendingCall)call!)._future.Cancel(), call);
#endif
}
