// A page of a paper by camera: the picture goes into the file input beside it and is sent as a file.
// Without a camera, or without this script, that input does the same.
"use strict";
const CAUSES = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy", AbortError: "busy" };
const WANTED = { audio: false, video: { facingMode: "environment", width: { ideal: 3264 }, height: { ideal: 2448 } } };

for (const form of document.querySelectorAll("form[data-camera]")) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const video = form.querySelector("video");
  let stream = null;
  const close = () => {
    for (const track of stream ? stream.getTracks() : []) track.stop();
    stream = null;
    part("view").hidden = true;
    part("open").hidden = false;
  };
  const tell = (cause) => {
    for (const one of form.querySelectorAll("[data-cause]")) one.hidden = one.dataset.cause !== cause;
  };
  part("open").hidden = false;
  part("open").addEventListener("click", async () => {
    tell("");
    try {
      if (!navigator.mediaDevices) throw { name: "NotFoundError" };
      stream = await navigator.mediaDevices.getUserMedia(WANTED);
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      close();
      tell(CAUSES[error.name] || "busy");
      return;
    }
    part("open").hidden = true;
    part("view").hidden = false;
    part("shoot").focus();
  });
  part("close").addEventListener("click", close);
  part("shoot").addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((picture) => {
      const files = new DataTransfer();
      files.items.add(new File([picture], "camera.jpg", { type: "image/jpeg" }));
      form.querySelector("input[type=file]").files = files.files;
      close();
      form.submit();
    }, "image/jpeg", 0.92);
  });
  window.addEventListener("pagehide", close);
}
